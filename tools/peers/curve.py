#!/usr/bin/env python3
"""curve.py --data FER2013 [--seeds 3] [--epochs 6] [--pictures 3584] [--judged 1500] [--threads N]: a short training run by Mien and by PyTorch, epoch by epoch.

mien_vgg at 48x48 from each side's own random weights learns an even part of FER2013's training pictures by one recipe: SGD with Nesterov's
momentum, one cycle, label smoothing, dropout, mirror images. FER2013 is a folder with train.csv and val.csv (`emotion,pixels`). The table
shows the accuracy on an even part of the validation pictures after each epoch, mean and standard deviation over the seeds. Needs torch; MIEN names the program.
"""
import argparse, csv, json, os, statistics, subprocess, tempfile
import torch
from torch import nn
from torch_steps import mien_vgg

MIEN = os.environ.get("MIEN", "build/program/release/mien")
RATE, DECAY, SMOOTHING, BATCH, MEAN, DEVIATION = 0.05, 5e-4, 0.1, 64, 129, 65


def part(path, count):
    rows = list(csv.reader(open(path)))[1:]
    count = min(count, len(rows))
    return [rows[i * len(rows) // count] for i in range(count)]


def tensors(rows):
    grey = torch.tensor([[int(p) for p in row[1].split()] for row in rows], dtype=torch.float32)
    return ((grey - MEAN) / DEVIATION).view(-1, 1, 48, 48), torch.tensor([int(row[0]) for row in rows])


def peer_curve(seed, train, validation, epochs):
    torch.manual_seed(seed)
    net, (x, y), curve = mien_vgg(), train, []
    optimizer = torch.optim.SGD(net.parameters(), lr=RATE, momentum=0.9, nesterov=True, weight_decay=DECAY)
    steps = len(y) // BATCH * epochs
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, steps, pct_start=0.2, cycle_momentum=False)
    for _ in range(epochs):
        net.train()
        for indices in torch.randperm(len(y)).split(BATCH):
            mirrored = torch.rand(len(indices), 1, 1, 1) < 0.5
            images = torch.where(mirrored, x[indices].flip(3), x[indices])
            optimizer.zero_grad()
            nn.functional.cross_entropy(net(images)[0], y[indices], label_smoothing=SMOOTHING).backward()
            optimizer.step()
            schedule.step()
        net.eval()
        with torch.no_grad():
            answers = torch.cat([net(images)[0].argmax(1) for images in validation[0].split(256)])
        curve.append(100 * (answers == validation[1]).float().mean().item())
    return curve


def mien_curve(seed, folder, epochs, threads):
    config = dict(data_path=folder, image_size=48, in_channels=1, arch="mien_vgg", mean=MEAN, std=DEVIATION, lr=RATE, optimizer="sgd", nesterov=True,
                  schedule="onecycle", warmup=0.2, weight_decay=DECAY, label_smoothing=SMOOTHING, batch_size=BATCH, max_epoch_num=epochs,
                  max_plateau_count=1000, dropout=0.3, flip=0.5, drop_duplicates=False, threads=threads, seed=seed, log_dir=folder,
                  checkpoint_dir=folder, model_name=f"curve{seed}")
    path = f"{folder}/config{seed}.json"
    json.dump(config, open(path, "w"))
    subprocess.run([MIEN, "train", path], check=True, stderr=subprocess.DEVNULL)
    return [epoch["accuracy"] for epoch in json.load(open(f"{folder}/curve{seed}/run.json"))["epochs"]]


parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--data", required=True)
parser.add_argument("--seeds", type=int, default=3)
parser.add_argument("--epochs", type=int, default=6)
parser.add_argument("--pictures", type=int, default=3584)
parser.add_argument("--judged", type=int, default=1500)
parser.add_argument("--threads", type=int, default=2)
options = parser.parse_args()
torch.set_num_threads(options.threads)
with tempfile.TemporaryDirectory() as folder:
    splits = {"train": part(f"{options.data}/train.csv", options.pictures // BATCH * BATCH), "val": part(f"{options.data}/val.csv", options.judged)}
    for name, rows in splits.items():
        csv.writer(open(f"{folder}/{name}.csv", "w")).writerows([["emotion", "pixels"]] + [row[:2] for row in rows])
    train, validation = tensors(splits["train"]), tensors(splits["val"])
    seeds = range(1, options.seeds + 1)
    ours = [mien_curve(seed, folder, options.epochs, options.threads) for seed in seeds]
    theirs = [peer_curve(seed, train, validation, options.epochs) for seed in seeds]
print(f"{options.seeds} seeds, {len(splits['train'])} pictures, PyTorch {torch.__version__}")
for epoch, (a, b) in enumerate(zip(zip(*ours), zip(*theirs)), 1):
    figures = [f"{statistics.mean(runs):.1f} ± {statistics.stdev(runs):.1f}" for runs in (a, b)]
    apart = abs(statistics.mean(a) - statistics.mean(b)) / max(statistics.stdev(a), statistics.stdev(b))
    print(f"epoch {epoch}: Mien {figures[0]}, PyTorch {figures[1]}, {apart:.1f} standard deviations apart")
