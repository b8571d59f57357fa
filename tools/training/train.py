#!/usr/bin/env python3
"""Trains Mien's shipped networks from FER2013's CSV file: those that learn from labels and votes first, then those that learn
from their answers, too. See README.md beside this file."""
import argparse
import copy
import json
import math
import os
import time

import numpy as np
import torch
import torch.nn.functional as F

import data
import views
import weights
from networks import NETWORKS

HERE = os.path.dirname(os.path.abspath(__file__))
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
BATCH = 256


class Task:
    """Pictures on the device with what is to be learnt of each."""

    def __init__(self, training, extra, smoothing):
        pixels = np.concatenate([training.pixels, extra])
        self.pixels, self.known, self.count = data.tensor(pixels, DEVICE), len(training), len(pixels)
        none = self.count - self.known
        labels = F.one_hot(data.tensor(training.labels.astype(np.int64), DEVICE), 7) * (1 - smoothing) + smoothing / 7
        votes = data.tensor(training.votes.astype(np.float32), DEVICE)
        self.labels = torch.cat([labels, torch.zeros(none, 7, device=DEVICE)])
        self.votes = torch.cat([votes, torch.zeros(none, 8, device=DEVICE)])
        self.is_known = (torch.arange(self.count, device=DEVICE) < self.known).float()[:, None]
        self.has_votes = (self.votes.sum(1, keepdim=True) > 0.5).float()


class Answers:
    """What teachers say of fixed views: `numbers` decide views (views, pictures, 16), `shares` (views, pictures, 15) are both heads' probabilities."""

    def __init__(self, numbers, shares):
        self.numbers, self.shares = numbers, shares


@torch.no_grad()
def ask(networks, pixels, numbers):
    """The mean probabilities of networks for one view of each picture."""
    parts = []
    for start in range(0, len(pixels), 1024):
        part = slice(start, start + 1024)
        view = views.render(pixels[part], numbers[part])
        parts.append(sum(probabilities(network, view) for network in networks) / len(networks))
    return torch.cat(parts)


def teach(networks, task, count, seed, more):
    """Answers of `networks` for `count` views of each picture; with those of the file `more`, where there is one, in equal parts."""
    generator = torch.Generator("cpu").manual_seed(seed)
    numbers = [torch.rand(task.count, views.NUMBERS, generator=generator).to(DEVICE) for _ in range(count)]
    shares = torch.stack([ask(networks, task.pixels, number).half() for number in numbers])
    if more:
        others = torch.from_numpy(np.load(more)).to(DEVICE)[:count, : task.known].half()
        shares[:, : task.known] = (shares[:, : task.known] + others) / 2
    return Answers(torch.stack(numbers), shares)


def targets(task, places, share, part):
    """What is to be said of the pictures at `places`: labels and votes, mixed with the teachers' answers where there are some."""
    labels, votes = task.labels[places], task.votes[places]
    if share is None:
        return labels, votes
    known, voted = task.is_known[places] * (1 - part), task.has_votes[places] * (1 - part)
    share = share.float()
    return known * labels + (1 - known) * share[:, :7], voted * votes + (1 - voted) * share[:, 7:]


def mixed(view, goals, options):
    """Pictures laid over one another: a part of them by weights of Beta(0.3, 0.3), or all by even ones."""
    even, count = options.get("mixup") == "even", len(view)
    shape = 1.0 if even else 0.3
    weight = torch.distributions.Beta(shape, shape).sample((count,)).to(DEVICE)
    weight = torch.maximum(weight, 1 - weight)
    weight = torch.where(torch.rand(count, device=DEVICE) < (1.0 if even else 0.5), weight, torch.ones_like(weight))[:, None]
    lay = lambda a, w: w * a + (1 - w) * a.roll(1, 0)
    return lay(view, weight[:, :, None, None]), [lay(goal, weight) for goal in goals]


def batch_of(task, places, answers, options):
    if answers is None:
        numbers, share = torch.rand(len(places), views.NUMBERS, device=DEVICE), None
    else:
        pick = torch.randint(len(answers.numbers), (len(places),), device=DEVICE)
        numbers, share = answers.numbers[pick, places], answers.shares[pick, places]
    view = views.render(task.pixels[places], numbers)
    if options.get("poor"):
        view = views.poor(view, options["poor"])
    return mixed(view, targets(task, places, share, options.get("part", 0.7)), options)


def optimiser(network, rate):
    decayed = [p for p in network.parameters() if p.ndim > 1]
    others = [p for p in network.parameters() if p.ndim <= 1]
    groups = [{"params": decayed, "weight_decay": 5e-4}, {"params": others, "weight_decay": 0}]
    return torch.optim.SGD(groups, lr=rate, momentum=0.9, nesterov=True)


def rate_at(progress, rising=0.15):
    """Rises evenly, then falls as a cosine."""
    if progress < rising:
        return progress / rising
    return 0.5 + 0.5 * math.cos(math.pi * (progress - rising) / (1 - rising))


@torch.no_grad()
def follow(mean, network, step):
    """The average of the weights, over few steps at first, over about a thousand later."""
    keep = min(0.999, (1 + step) / (10 + step))
    for ours, theirs in zip(mean.state_dict().values(), network.state_dict().values()):
        ours.lerp_(theirs, 1 - keep) if ours.is_floating_point() else ours.copy_(theirs)


def train(options, task, answers, epochs, rate):
    """The average of a network's weights over its training."""
    torch.manual_seed(options["seed"])
    network = NETWORKS[options["architecture"]]().to(DEVICE, memory_format=torch.channels_last).train()
    mean, sgd = copy.deepcopy(network).eval(), optimiser(network, rate)
    count = task.known if answers is None else task.count
    batch = min(BATCH, count)
    steps = epochs * (count // batch)
    for step in range(steps):
        if step % (count // batch) == 0:
            order = torch.randperm(count, device=DEVICE)
        places = order[step % (count // batch) * batch:][:batch]
        for group in sgd.param_groups:
            group["lr"] = rate * rate_at(step / steps)
        view, goals = batch_of(task, places, answers, options)
        with torch.autocast(DEVICE, torch.bfloat16, enabled=DEVICE == "cuda"):
            heads = network(view.contiguous(memory_format=torch.channels_last))
        loss = sum(-(goal * head.float().log_softmax(1)).sum(1).mean() for goal, head in zip(goals, heads))
        sgd.zero_grad(set_to_none=True)
        loss.backward()
        sgd.step()
        follow(mean, network, step)
    return mean


@torch.no_grad()
def logits(network, view):
    return torch.cat([torch.cat([h.float() for h in network(part)], 1) for part in view.split(1024)])


def probabilities(network, view):
    both = logits(network, view)
    return torch.cat([both[:, :7].softmax(1), both[:, 7:].softmax(1)], 1)


def temperature(scores, truth):
    """The one under which the truth is likeliest."""
    choices = [i / 100 for i in range(30, 201)]
    return min(choices, key=lambda t: F.cross_entropy(scores / t, truth).item())


def judge(network, validation):
    """Of each head: pictures that are right, pictures, and the temperature."""
    scores = logits(network, views.plain(data.tensor(validation.pixels, DEVICE))).cpu()
    result = []
    for part, truth in ((slice(0, 7), validation.labels.astype(np.int64)), (slice(7, 15), validation.majority)):
        clear = torch.from_numpy(truth >= 0)
        head, truth = scores[clear][:, part], torch.from_numpy(truth)[clear]
        result.append(((head.argmax(1) == truth).sum().item(), len(truth), temperature(head, truth) if len(truth) else 1))
    return result


def keep(name, options, network, validation, folder, epochs, began):
    figures = judge(network.half().float(), validation)
    accuracy = [100 * right / max(1, count) for right, count, _ in figures]
    source = "labels and votes" if options["learns_from"] == "labels" else "answers of teachers, labels and votes"
    words = weights.metadata(
        options["architecture"], accuracy, [t for _, _, t in figures],
        f"tools/training of Mien: {source}, {epochs} epochs, seed {options['seed']}")
    weights.write(os.path.join(folder, name + ".safetensors"), network, words)
    right = ", ".join(f"{right} of {count} right" for right, count, _ in figures)
    print(f"{name}: {right}; {epochs} epochs, {time.time() - began:.0f} s", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True, help="folder of fer2013.csv (or icml_face_data.csv) and fer2013new.csv")
    parser.add_argument("--out", required=True, help="folder of the weight files")
    parser.add_argument("--recipe", default=os.path.join(HERE, "recipe.json"))
    parser.add_argument("--only", help="these networks of the recipe, with commas; those that learn from answers need teachers among them")
    parser.add_argument("--epochs", type=int, help="for every network instead of the recipe's")
    parser.add_argument("--pictures", type=int, help="at most so many of training and of validation")
    parser.add_argument("--extra", help="faces without labels: 48x48 grey pictures of one byte a pixel, one after the other")
    parser.add_argument("--answers", help="other teachers' answers (views, pictures, 15) for the same views, as NumPy's .npy")
    given = parser.parse_args()
    recipe = json.load(open(given.recipe))
    chosen = given.only.split(",") if given.only else list(recipe["networks"])
    networks = {name: options for name, options in recipe["networks"].items() if name in chosen}
    if set(chosen) - set(networks):
        parser.error(f"the recipe has no network {', '.join(sorted(set(chosen) - set(networks)))}")
    training, validation = data.load(given.data, given.pictures)
    task = Task(training, data.extra(given.extra), recipe["smoothing"])
    os.makedirs(given.out, exist_ok=True)
    teachers, answers = [], None
    for name, options in sorted(networks.items(), key=lambda entry: entry[1]["learns_from"] == "answers"):
        began, epochs = time.time(), given.epochs or options["epochs"]
        if options["learns_from"] == "answers" and answers is None:
            if not teachers:
                parser.error(f"{name} learns from teachers, and --only names none")
            answers = teach(teachers, task, recipe["views"], recipe["seed"], given.answers)
        network = train(options, task, answers, epochs, recipe["rate"])
        keep(name, options, network, validation, given.out, epochs, began)
        if options["learns_from"] == "labels":
            teachers.append(network)


if __name__ == "__main__":
    main()
