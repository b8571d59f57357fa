#!/usr/bin/env python3
"""train.py [--threads N] [--seconds S] [NETWORK:SIZE:BATCH ...]: training speed of Mien and of PyTorch, side by side in one run.

Mien is measured as people use it (`mien train` on a synthetic data set, with augmentation and optimiser); PyTorch gets ready
batches in memory and its own SGD, in both memory formats, of which the better counts. Rounds alternate; the median is shown.
Needs a Python with torch (Debian's python3-torch, or `pip install torch` in a virtual environment) and torchvision for resnet18.
MIEN names the program (default .build/release/mien).
"""
import argparse, json, os, random, resource, statistics, subprocess, sys, tempfile, time
import torch
from torch import nn

MIEN = os.environ.get("MIEN", ".build/release/mien")


def conv(i, o):
    return [nn.Conv2d(i, o, 3, padding=1, bias=False), nn.BatchNorm2d(o), nn.ReLU(True)]


class MienVGG(nn.Module):
    def __init__(self, widths=((24, 32), (64, 64), (96, 96, 96), (192, 192, 192))):
        super().__init__()
        layers, last = [], 1
        for index, group in enumerate(widths):
            layers += [nn.MaxPool2d(2)] if index else []
            for width in group:
                layers += conv(last, width)
                last = width
        self.features = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Dropout(0.3))
        self.classifier, self.votes = nn.Linear(4 * last, 7), nn.Linear(4 * last, 8)

    def forward(self, x):
        x = self.features(x)
        return self.classifier(x), self.votes(x)


def resnet18():
    from torchvision.models import resnet18
    net = resnet18(num_classes=7)
    return net


NETWORKS = {"mien_vgg": (MienVGG, 1), "resnet18": (resnet18, 3)}


def torch_speed(name, size, batch, seconds, layout):
    make, channels = NETWORKS[name]
    net = make().train().to(memory_format=layout)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9, nesterov=True, weight_decay=5e-4)
    x = torch.randn(batch, channels, size, size).contiguous(memory_format=layout)
    y, start, done = torch.randint(0, 7, (batch,)), None, 0
    while start is None or time.time() - start < seconds:
        out = net(x)
        loss = sum(nn.functional.cross_entropy(o, y, label_smoothing=0.1) for o in (out if isinstance(out, tuple) else (out,)))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if start is None:
            start = time.time()
        else:
            done += batch
    return done / (time.time() - start)


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


def mien_speed(name, size, batch, threads, count):
    with tempfile.TemporaryDirectory() as folder:
        data(folder, count)
        config = dict(data_path=folder, image_size=size, in_channels=NETWORKS[name][1], arch=name, lr=0.01, optimizer="sgd", nesterov=True,
                      schedule="constant", weight_decay=5e-4, label_smoothing=0.1, votes_weight=1 if name.startswith("mien") else 0, batch_size=batch,
                      max_epoch_num=1, threads=threads, flip=0.5, rotate=14, scale=0.15, shift=0.12, log_dir=folder, checkpoint_dir=folder, model_name="speed")
        json.dump(config, open(folder + "/config.json", "w"))
        subprocess.run([MIEN, "train", folder + "/config.json"], check=True, stderr=subprocess.DEVNULL)
        return json.load(open(folder + "/speed/run.json"))["epochs"][-1]["imagesPerSecond"]


parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--seconds", type=float, default=10)
parser.add_argument("--rounds", type=int, default=3)
parser.add_argument("cases", nargs="*", default=["mien_vgg:40:128", "resnet18:48:64", "resnet18:224:16"])
arguments = parser.parse_args()
torch.set_num_threads(arguments.threads)
print(f"PyTorch {torch.__version__}, {arguments.threads} threads, images a second, median of {arguments.rounds} rounds")
for case in arguments.cases:
    name, size, batch = case.split(":")[0], *map(int, case.split(":")[1:])
    ours, theirs, count = [], [], batch * 4
    for round in range(arguments.rounds):
        layouts = (torch.contiguous_format, torch.channels_last)
        theirs.append(max(torch_speed(name, size, batch, arguments.seconds / 2, layout) for layout in layouts))
        if round == 0:
            count = max(batch * 4, int(theirs[0] * arguments.seconds) // batch * batch)
        ours.append(mien_speed(name, size, batch, arguments.threads, count))
    a, b = statistics.median(ours), statistics.median(theirs)
    print(f"{name} at {size}, batch {batch}: Mien {a:.1f}, PyTorch {b:.1f}, ratio {a / b:.2f}", flush=True)
