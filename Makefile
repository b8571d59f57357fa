# Two commands do everything on a bare Debian 12 with Swift: `make demo` and `make test`.
PREFIX ?= /usr/local
DESTDIR ?=
SWIFT ?= swift
MIEN_DATA ?= $(abspath ../shared/data)
export MIEN_DATA

INSTALLED = $(DESTDIR)$(PREFIX)
SHARE = $(INSTALLED)/share
# Where each shell looks for completions, below SHARE.
SHELLS = bash zsh fish
bash = bash-completion/completions/mien
zsh = zsh/site-functions/_mien
fish = fish/vendor_completions.d/mien.fish

# The program people get is linked with Swift's libraries; tests need -enable-testing. Two folders, so neither undoes the other.
PROGRAM = build/program/release/mien
BUILD_PROGRAM = $(SWIFT) build -c release --static-swift-stdlib --scratch-path build/program --product mien
TEST_FLAGS = -c release -Xswiftc -enable-testing
TEST = $(SWIFT) test $(TEST_FLAGS) --skip-build
TEST_SANITIZED = $(SWIFT) test $(TEST_FLAGS) --filter 'ExecutorTests|KernelTests'
FAST = --skip 'Slow$$|Slow/'

.PHONY: help program deb tarball test-deb test-debian13 demo test test-build test-memory test-zoo test-cascades test-v4l2 test-examples docs test-archive test-live bench-live test-training results fuzz fuzz-weights sanitize install uninstall format lint clean

help:
	@echo 'make demo              installs what is missing, builds, and annotates the sample clip'
	@echo 'make test              installs what tests need, builds, and runs all tests'
	@echo 'make results           writes docs/results.md; MEASURE=1 measures rows without a result first'
	@echo 'make test-memory       10,000 frames of 1080p: memory stays flat (some minutes)'
	@echo 'make test-cascades     processor time of cascades beside OpenCV (a minute)'
	@echo 'make test-zoo          every network against PyTorch at every size and batch (some minutes)'
	@echo 'make test-v4l2         cameras: virtual ones of the kernel, in a small machine (some minutes; MIEN_V4L2_VM)'
	@echo 'make test-live         the live pipeline begun, ended and stopped a hundred times under the thread sanitizer'
	@echo 'make bench-live        ten minutes of a 640x480 camera at 30 frames/s (SECONDS_LIVE=600): drops, delays, memory'
	@echo 'make test-examples     two packages that use Mien as a library, built and run on the sample (some minutes)'
	@echo 'make test-archive      a hundred recordings on Slurm, with a killed node and a full disk (some minutes; root)'
	@echo 'make docs              the API as pages, by DocC, in build/docs; fails where a public name has no comment'
	@echo 'make test-training     every architecture learns ten images by heart; gradients against PyTorch (some minutes)'
	@echo 'make fuzz SECONDS=60   all that reads bytes under libFuzzer, so long each target'
	@echo 'make fuzz-weights      10,000 damaged weight files: no crash, no hang, memory bounded'
	@echo 'make sanitize          kernels and networks under the address and thread sanitizers (some minutes)'
	@echo 'make program           builds $(PROGRAM)'
	@echo 'make install PREFIX=…  program, models, cascades, man page and completions'
	@echo 'make deb, tarball      build/mien_VERSION_amd64.deb, or an archive that runs from any folder'
	@echo 'make test-deb          installs the package in a bare Debian 12, annotates the sample there, and removes it (some minutes)'
	@echo 'make test-debian13     built for FFmpeg 7.1 and run in a bare Debian 13: the same rows (some minutes)'
	@echo 'make format, lint      swift-format on all sources'

program:
	@tools/packages build
	$(BUILD_PROGRAM)

demo:
	@tools/packages build run
	$(BUILD_PROGRAM)
	@mkdir -p build/demo
	$(PROGRAM) annotate samples/portraits.mp4 --force -o build/demo/portraits.mp4 --jsonl build/demo/portraits.jsonl \
	  --csv build/demo/portraits.csv --vtt build/demo/portraits.vtt --timeline build/demo/timeline.svg \
	  --report build/demo/report.html

# The page of results from the JSON of results/. With MEASURE=1 rows without one are measured first, where their data are there.
results: $(if $(MEASURE),program)
	tools/results $(if $(MEASURE),--measure --mien $(PROGRAM))

test: test-build
	$(TEST) $(FAST)

test-build:
	@tools/packages build run test
	$(SWIFT) build $(TEST_FLAGS) --build-tests

test-memory: test-build
	$(TEST) --filter 'MemorySlow'

test-zoo: test-build
	MIEN_ZOO=all $(TEST) --filter 'ZooTests'

# Packages beside this one: they share one folder, so that Mien is built once for both.
test-examples:
	@tools/packages build run
	tools/test-examples

# A Slurm cluster on this machine.
test-archive: test-build
	@tools/packages archive
	tools/archive/test-slurm

docs: test-build
	tools/docs

test-v4l2: test-build
	tools/test-v4l2

# Two tests ask how fast things go: not under the sanitizer, which makes them ten times as slow.
test-live: test-build
	$(TEST) --filter LiveAllocationsSlow
	$(SWIFT) test --filter 'LiveCyclesSlow|LivePipelineTests|CameraSourceTests' \
	  --skip 'networksGiveWayToFaces|cancellingEndsWithinAFramesTime' --sanitize thread --scratch-path build/live-thread

SECONDS_LIVE ?= 600
bench-live: program
	@tools/packages test
	ffmpeg -v error -y -i samples/portraits.mp4 -vf scale=854:480,crop=640:480,fps=30 -an build/camera.mp4
	$(PROGRAM) bench build/camera.mp4 --frames 100 --seconds $(SECONDS_LIVE) --json build/bench-live.json

test-cascades: test-build
	$(TEST) --filter 'CascadeSpeedSlow'

test-training: test-build
	$(TEST) --filter 'TenLosses|LearningByHeartSlow'

# libFuzzer with Swift's own runtime; each target for SECONDS.
SECONDS ?= 60
fuzz:
	@tools/packages build run test
	MIEN_FUZZING=1 $(SWIFT) build -c release --product fuzz --scratch-path build/fuzz -Xswiftc -enable-testing -Xswiftc -sanitize=fuzzer -Xcc -fsanitize=fuzzer-no-link
	tools/fuzz $(SECONDS)

# The same kind of damage by script, without libFuzzer.
fuzz-weights: test-build
	MIEN_FUZZ=10000 $(TEST) --filter WeightsFuzz

sanitize:
	@tools/packages build run test
	LSAN_OPTIONS=suppressions=$(abspath Tests/leaks.txt) $(TEST_SANITIZED) --sanitize address --scratch-path build/address
	$(TEST_SANITIZED) --sanitize thread --scratch-path build/thread

install: program
	install -D -m 755 "$(PROGRAM)" "$(INSTALLED)/bin/mien"
	install -d "$(SHARE)/mien/models" "$(SHARE)/mien/cascades" "$(SHARE)/mien/samples"
	cp models/* "$(SHARE)/mien/models/"
	cp samples/portraits.mp4 samples/README.md "$(SHARE)/mien/samples/"
	if ls cascades/* >/dev/null 2>&1; then cp cascades/* "$(SHARE)/mien/cascades/"; fi
	install -d "$(SHARE)/man/man1" $(foreach shell,$(SHELLS),"$(SHARE)/$(dir $($(shell)))")
	"$(PROGRAM)" help --man >"$(SHARE)/man/man1/mien.1"
	install -D -m 644 packaging/mien.desktop "$(SHARE)/applications/mien.desktop"
	install -D -m 644 packaging/mien-live.service "$(INSTALLED)/lib/systemd/user/mien-live.service"
	install -D -m 644 packaging/mien.svg "$(SHARE)/icons/hicolor/scalable/apps/mien.svg"
	install -D -m 644 packaging/org.mien.Mien.metainfo.xml "$(SHARE)/metainfo/org.mien.Mien.metainfo.xml"
	$(foreach shell,$(SHELLS),"$(PROGRAM)" help --completion $(shell) >"$(SHARE)/$($(shell))" &&) true

deb tarball: program
	@tools/packages package
	@packaging/package $@

# The archives of this system serve the bare one, too.
test-deb: deb
	packaging/test-deb

# Against the FFmpeg of the next Debian, in a bare one.
test-debian13: test-build
	packaging/test-debian13

uninstall:
	rm -rf "$(SHARE)/mien"
	rm -f "$(INSTALLED)/lib/systemd/user/mien-live.service" "$(INSTALLED)/bin/mien" "$(SHARE)/man/man1/mien.1" "$(SHARE)/applications/mien.desktop" \
	  "$(SHARE)/icons/hicolor/scalable/apps/mien.svg" "$(SHARE)/metainfo/org.mien.Mien.metainfo.xml" $(foreach shell,$(SHELLS),"$(SHARE)/$($(shell))")

format:
	$(SWIFT) format -i -r -p Package.swift Sources Tests

lint:
	$(SWIFT) format lint -s -r -p Package.swift Sources Tests

clean:
	rm -rf .build build
