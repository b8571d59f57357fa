#!/usr/bin/env python3
"""Measures Mien beside ONNX Runtime, OpenVINO, OpenCV DNN and PyTorch: same weights, same images, one run.

    tools/peers/networks.py [--mien build/program/release/mien] [--networks resnet18,resnet34,vgg19,resmasking,mien_vgg]
                            [--threads 1,2] [--rounds 7] [--venv DIR] [--json FILE] [--page docs/performance.md]

Engines take turns, round after round, so that whatever else the machine does hits all of them; each figure is the best
round's median. Prints a Markdown table of milliseconds, and of CPU milliseconds (all threads of the process), which
other programs disturb least, under a heading with this processor's name, instruction sets, peak and bandwidth. `--page` writes
that section into a page in place of an earlier one of the same processor. NAME-SIZE measures another size. Without the packages it makes a virtual environment (build/peers) and starts itself there.
"""
import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

import environment
import machine

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PACKAGES = ["numpy", "torch", "torchvision", "onnx", "onnxruntime", "openvino", "opencv-python-headless>=4.12", "safetensors"]
ENGINES = ["mien", "onnxruntime", "openvino", "opencv", "pytorch"]
# Seconds of runs before those that count, as `mien bench network` has them: other engines have emptied the caches.
WARM_UP = 0.1
SIZES = {"mien_vgg": (48, 1), "mien_res": (48, 1), "mien_mask": (48, 1), "vgg_small": (40, 1), "mien_medium_vgg": (40, 1), "mien_large_vgg": (40, 1), "mien_large_res": (40, 1), "mien_large_mask": (40, 1), "inception_v3": (299, 3)}


def wave(size, channels):
    """What `mien bench network` runs on: a saw-tooth over the elements in NHWC order, here as NCHW."""
    import numpy as np

    x = (np.arange(size * size * channels) % 255).astype(np.float32) / 127 - 1
    return np.ascontiguousarray(x.reshape(1, size, size, channels).transpose(0, 3, 1, 2))


# --- workers: one process an engine, which prepares once and then measures on command -----------------------------


def prepare(engine, folder, threads, x):
    path = os.path.join(folder, "net.onnx")
    if engine == "onnxruntime":
        import onnxruntime as ort

        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        session = ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        return lambda: session.run(None, {"x": x})[0]
    if engine == "openvino":
        import openvino as ov

        model = ov.Core().compile_model(
            path, "CPU", {"INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"})
        request = model.create_infer_request()
        return lambda: request.infer({0: x})[0]
    if engine == "opencv":
        import cv2

        cv2.setNumThreads(threads)
        net = cv2.dnn.readNetFromONNX(path)
        heads = net.getUnconnectedOutLayersNames()

        def forward():
            net.setInput(x)
            return net.forward(heads)[0]

        return forward
    import torch

    torch.set_num_threads(threads)
    model = torch.jit.load(os.path.join(folder, "net.pt"))
    tensor = torch.from_numpy(x)

    def infer():
        with torch.inference_mode():
            y = model(tensor)
        return (y[0] if isinstance(y, tuple) else y).numpy()

    return infer


def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def worker(engine, folder, threads, size, channels):
    run = prepare(engine, folder, threads, wave(size, channels))
    logits = run().ravel().tolist()
    run()
    print(json.dumps({"logits": logits}), flush=True)
    for line in sys.stdin:
        warm = time.perf_counter() + WARM_UP
        while time.perf_counter() < warm:
            run()
        times, start = [], cpu()
        for _ in range(int(line)):
            begin = time.perf_counter()
            run()
            times.append((time.perf_counter() - begin) * 1e3)
        spent = (cpu() - start) * 1e3 / len(times)
        print(json.dumps({"p50_ms": statistics.median(times), "cpu_ms": spent}), flush=True)


class Peer:
    def __init__(self, engine, folder, threads, size, channels):
        command = [sys.executable, __file__, "--worker", engine, folder, str(threads), str(size), str(channels)]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.logits = self.read().get("logits")

    def read(self):
        line = self.process.stdout.readline()
        return json.loads(line) if line else {}

    def measure(self, runs):
        print(runs, file=self.process.stdin, flush=True)
        return self.read()

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Mien:
    def __init__(self, program, name, folder, threads, size):
        weights = os.path.join(folder, "net.safetensors")
        self.command = [program, "bench", "network", name, "--weights", weights, "--size", str(size), "--threads",
                        str(threads), "--json", "-", "--runs"]
        self.logits = self.measure(1)["logits"]

    def measure(self, runs):
        return json.loads(subprocess.run(self.command + [str(runs)], check=True, capture_output=True, text=True).stdout)

    def close(self):
        pass


# --- one network --------------------------------------------------------------------------------------------------


def export(name, folder, size, channels):
    """The network with seeded weights as safetensors, ONNX and TorchScript."""
    import torch
    from safetensors.torch import save_file

    sys.path.insert(0, os.path.join(ROOT, "Tests", "ZooTests", "Oracle"))
    import networks

    torch.manual_seed(1)
    model = networks.NETWORKS[name](7).eval()
    tensors = {k: v.contiguous() for k, v in model.state_dict().items() if not k.endswith("num_batches_tracked")}
    save_file({k: v.clone() for k, v in tensors.items()}, os.path.join(folder, "net.safetensors"))
    x = torch.from_numpy(wave(size, channels))
    with torch.no_grad():
        torch.onnx.export(
            model, x, os.path.join(folder, "net.onnx"), input_names=["x"], opset_version=17, dynamo=False)
        torch.jit.save(torch.jit.freeze(torch.jit.trace(model, x)), os.path.join(folder, "net.pt"))


def difference(a, b):
    if not a or not b:
        return None
    return max(abs(x - y) for x, y in zip(a, b)) / max(abs(y) for y in b)


def compare(options, name, threads):
    name, _, asked = name.partition("-")
    size, channels = SIZES.get(name, (224, 3))
    size = int(asked or size)
    with tempfile.TemporaryDirectory() as folder:
        export(name, folder, size, channels)
        engines = {"mien": Mien(options.mien, name, folder, threads, size)}
        for engine in ENGINES[1:]:
            engines[engine] = Peer(engine, folder, threads, size, channels)
        row = {"network": name, "size": size, "threads": threads}
        row["difference"] = difference(engines["mien"].logits, engines["pytorch"].logits)
        rounds = {engine: [] for engine in engines}
        for _ in range(options.rounds):
            for engine, peer in engines.items():
                rounds[engine].append(peer.measure(options.runs))
        for engine, peer in engines.items():
            peer.close()
            found = [r for r in rounds[engine] if r]
            for key in ("p50_ms", "cpu_ms"):
                row[f"{engine}_{key}"] = min((r[key] for r in found), default=None)
        return row


def table(rows, key, title):
    """A Markdown table; the last column is Mien's part of the best other engine's time."""
    engines = [engine for engine in ENGINES if any(f"{engine}_{key}" in row for row in rows)]
    lines = [f"| {title} | threads | {' | '.join(engines)} | Mien by the best other |", "|---|---|" + "---:|" * (len(engines) + 1)]
    for row in rows:
        values = [row.get(f"{engine}_{key}") for engine in engines]
        cells = [f"{v:.2f}" if v else "cannot" for v in values]
        best = min(v for v in values[1:] if v)
        lines.append(
            f"| {row['network']} {row['size']} | {row['threads']} | {' | '.join(cells)} | {values[0] / best:.2f} |")
    return "\n".join(lines) + "\n"


def main():
    if sys.argv[1:2] == ["--worker"]:
        engine, folder, *numbers = sys.argv[2:]
        return worker(engine, folder, *map(int, numbers))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mien", default=os.path.join(ROOT, "build/program/release/mien"))
    parser.add_argument("--networks", default="resnet18,resnet34,vgg19,resmasking,mien_vgg")
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--runs", type=int, default=5, help="runs of an engine in a round")
    parser.add_argument("--venv", default=os.path.join(ROOT, "build/peers"))
    parser.add_argument("--json", help="write the figures here too")
    parser.add_argument("--page", help="a page whose section on this processor is to be replaced")
    options = parser.parse_args()
    if options.venv != "-":
        environment.enter(options.venv, PACKAGES)
    rows = []
    for name in options.networks.split(","):
        for threads in map(int, options.threads.split(",")):
            rows.append(compare(options, name, threads))
            print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
    section = "\n".join([machine.heading(), table(rows, "p50_ms", "ms"), table(rows, "cpu_ms", "CPU ms")])
    print(section)
    if options.page:
        machine.write_section(options.page, section)
    if options.json:
        json.dump(rows, open(options.json, "w"), indent=1)


if __name__ == "__main__":
    main()
