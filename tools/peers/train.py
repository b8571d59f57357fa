#!/usr/bin/env python3
"""train.py [--threads N] [--seconds S] [--venv DIR] [NETWORK:SIZE:BATCH ...]: speed and memory of training, Mien's and PyTorch's in one run.

Mien is measured as people use it (`mien train` on a synthetic data set, with augmentation and optimiser); PyTorch gets ready
batches in memory and its own SGD, in both memory formats, of which the better counts. Rounds alternate; medians are shown.
PyTorch is Debian's (python3-torch, python3-torchvision) and the one of the virtual environment DIR, where such are installed.
MIEN names the program (default build/program/release/mien).
"""
import argparse, json, os, random, statistics, subprocess, sys, tempfile

MIEN = os.environ.get("MIEN", "build/program/release/mien")


def data(folder, count):
    for name, rows in (("train", count), ("val", 8)):
        with open(f"{folder}/{name}.csv", "w") as f:
            f.write("emotion,pixels\n")
            for _ in range(rows):
                f.write(f"{random.randrange(7)},{' '.join(str(b) for b in random.randbytes(2304))}\n")
    with open(f"{folder}/fer2013new.csv", "w") as f:
        f.write("Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF\n")
        for usage, rows in (("Training", count), ("PublicTest", 8)):
            f.write(f"{usage},x.png,1,5,1,1,1,1,0,0,0,0\n" * rows)


def measured(command):
    """What a child printed, and the most memory it had, MB."""
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    words = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        sys.exit(f"{' '.join(command)} failed")
    return words, usage.ru_maxrss / 1024


def mien_speed(name, size, batch, threads, count):
    with tempfile.TemporaryDirectory() as folder:
        data(folder, count)
        config = dict(data_path=folder, image_size=size, in_channels=3 if name.startswith("resnet") else 1, arch=name, lr=0.01, optimizer="sgd", nesterov=True,
                      schedule="constant", weight_decay=5e-4, label_smoothing=0.1, votes_weight=1 if name.startswith("mien") else 0, batch_size=batch,
                      max_epoch_num=1, threads=threads, flip=0.5, rotate=14, scale=0.15, shift=0.12, log_dir=folder, checkpoint_dir=folder, model_name="speed")
        json.dump(config, open(folder + "/config.json", "w"))
        _, memory = measured([MIEN, "train", folder + "/config.json"])
        return json.load(open(folder + "/speed/run.json"))["epochs"][-1]["imagesPerSecond"], memory


def peer_speed(python, name, size, batch, threads, seconds):
    """The better memory format's images a second, and its memory."""
    def speed(layout):
        words, memory = measured([python, os.path.join(os.path.dirname(__file__), "torch_steps.py"), name, *map(str, (size, batch, threads, seconds)), layout])
        return float(words), memory
    return max(speed(layout) for layout in ("contiguous_format", "channels_last"))


def compare(case, peers, options):
    name, size, batch = case.split(":")[0], *map(int, case.split(":")[1:])
    ours, theirs, count = [], {peer: [] for peer in peers}, batch * 4
    for _ in range(options.rounds):
        for peer, python in peers.items():
            theirs[peer].append(peer_speed(python, name, size, batch, options.threads, options.seconds / 2))
        count = max(count, int(max(speeds[0][0] for speeds in theirs.values()) * options.seconds) // batch * batch)
        ours.append(mien_speed(name, size, batch, options.threads, count))
    middle = lambda runs: [statistics.median(values) for values in zip(*runs)]
    speed, memory = middle(ours)
    print(f"{name} at {size}, batch {batch}: Mien {speed:.1f} images/s, {memory:.0f} MB")
    for peer, runs in theirs.items():
        print(f"  PyTorch {peer}: {middle(runs)[0]:.1f} images/s, {middle(runs)[1]:.0f} MB; Mien {speed / middle(runs)[0]:.2f}x", flush=True)


parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--seconds", type=float, default=10)
parser.add_argument("--rounds", type=int, default=3)
parser.add_argument("--venv", default="build/peers")
parser.add_argument("cases", nargs="*", default=["mien_vgg:40:128", "mien_res:40:128", "mien_mask:40:128", "resnet18:48:64", "resnet18:224:16"])
options = parser.parse_args()
pythons = [python for python in ("/usr/bin/python3", f"{options.venv}/bin/python") if os.path.exists(python)]
asked = [(subprocess.run([python, "-c", "import torch, torchvision; print(torch.__version__)"], capture_output=True, text=True), python) for python in pythons]
peers = {answer.stdout.strip(): python for answer, python in asked if answer.returncode == 0}
print(f"{options.threads} threads, medians of {options.rounds} rounds")
for case in options.cases:
    compare(case, peers, options)
