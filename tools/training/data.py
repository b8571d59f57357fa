"""FER2013 as people have it (fer2013.csv or icml_face_data.csv) with FER+'s votes (fer2013new.csv) beside it."""
import csv
import os

import numpy as np
import torch

WHOLE_FILES = ["fer2013.csv", "icml_face_data.csv"]
VOTES = ["neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt"]
NOT_VOTED = ["unknown", "NF"]
USAGE = {"training": "Training", "validation": "PublicTest"}


class Pictures:
    """Faces of one part: `pixels` (n, 48, 48) uint8, `labels` (n,), `votes` (n, 8) shares that sum to 1 or, where nobody knew, to 0."""

    def __init__(self, pixels, labels, counts):
        self.pixels, self.labels, self.counts = pixels, labels, counts

    def __len__(self):
        return len(self.pixels)

    def choose(self, places):
        return Pictures(self.pixels[places], self.labels[places], self.counts[places])

    @property
    def votes(self):
        """Shares of the votes; a class with a single vote counts half beside others."""
        counts = self.counts[:, :8].copy()
        clear = counts.max(1, keepdims=True) >= 2
        counts[(counts < 2) & clear] *= 0.5
        counts[~self.is_face] = 0
        return counts / np.maximum(counts.sum(1, keepdims=True), 1e-9)

    @property
    def is_face(self):
        return self.counts[:, :8].max(1) > self.counts[:, 8:].max(1)

    @property
    def majority(self):
        """The class most people voted for; -1 where none leads."""
        ranked = np.sort(self.counts, 1)
        leads = self.is_face & (ranked[:, -1] > ranked[:, -2])
        return np.where(leads, self.counts.argmax(1), -1)


def rows(path):
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            yield {name.strip().lower(): value for name, value in row.items()}


def read(folder, part):
    """The pictures of `part` (a key of USAGE)."""
    path = next(p for p in (os.path.join(folder, name) for name in WHOLE_FILES) if os.path.exists(p))
    mine = [row for row in rows(path) if row["usage"] == USAGE[part]]
    pixels = np.stack([np.array(row["pixels"].split(), np.uint8).reshape(48, 48) for row in mine])
    labels = np.array([int(row["emotion"]) for row in mine])
    return Pictures(pixels, labels, read_votes(folder, part, len(mine)))


def read_votes(folder, part, count):
    path = os.path.join(folder, "fer2013new.csv")
    if not os.path.exists(path):
        return np.zeros((count, 10), np.float32)
    names = [name.lower() for name in VOTES + NOT_VOTED]
    votes = np.array([[float(row[name]) for name in names] for row in rows(path) if row["usage"] == USAGE[part]], np.float32)
    if len(votes) != count:
        raise SystemExit(f"{path} has {len(votes)} rows of {USAGE[part]}, the pictures are {count}")
    return votes


def without_copies(pictures, others):
    """Those that `others` does not have, pixel by pixel."""
    seen = {face.tobytes() for face in others.pixels}
    return pictures.choose(np.array([i for i, face in enumerate(pictures.pixels) if face.tobytes() not in seen], int))


def load(folder, most=None):
    """Training and validation pictures, of each at most `most`."""
    validation = read(folder, "validation")
    training = without_copies(read(folder, "training"), validation)
    first = slice(most)
    return training.choose(first), validation.choose(first)


def extra(path):
    """Faces without labels: a file of 48x48 grey pictures, one byte a pixel, one after the other."""
    if path is None:
        return np.zeros((0, 48, 48), np.uint8)
    return np.fromfile(path, np.uint8).reshape(-1, 48, 48)


def tensor(array, device):
    return torch.from_numpy(np.ascontiguousarray(array)).to(device)
