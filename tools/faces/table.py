#!/usr/bin/env python3
"""What a face detector finds and what it mistakes for a face, by kind of picture: a Markdown table.

    tools/faces/table.py --data FACES [--mien build/program/release/mien] [--detector default] [--alarms DIR] [--yunet yunet.onnx]

FACES is a folder with boxes.csv and pictures; its validation part is judged (mien detector evaluate --split val), as it is and
turned, darkened, brightened, blurred. A cell is average precision / recall at 0.1 false alarms a picture; faces outside of a kind
count neither way. DIR holds pictures without faces (tools/faces/face-free tools/faces/alarms.txt DIR): frames of 640x480 are cut
from them at several scales and alarms counted at the detector's own threshold. --yunet judges OpenCV's detector instead (OpenCV
4.8 or newer). Needs python3 with cv2 and numpy.
"""
import argparse
import csv
import math
import os
import subprocess
import tempfile

import cv2
import numpy as np


def is_validation(name):
    value = 0xCBF29CE484222325
    for byte in name.encode():
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return value % 5 == 0


def hit(box, truth):
    side, other = math.sqrt(truth[2] * truth[3]), math.sqrt(box[2] * box[3])
    away = math.hypot(box[0] + box[2] / 2 - truth[0] - truth[2] / 2, box[1] + box[3] / 2 - truth[1] - truth[3] / 2)
    return away <= 0.35 * side and 0.5 * side <= other <= 2 * side


def overlap(a, b):
    w = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    h = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    return w * h / (a[2] * a[3] + b[2] * b[3] - w * h) if w > 0 and h > 0 else 0


def judge(truth, found, counts):
    """Average precision and recall at 0.1 alarms a picture, percent, of the faces that `counts` names; and how many they are."""
    ranked, faces = [], 0
    for name, boxes in truth.items():
        free = {i for i, box in enumerate(boxes) if counts(name, box)}
        faces += len(free)
        wanted = set(free)
        for box, score in sorted(found.get(name, []), key=lambda entry: -entry[1]):
            near = [i for i, face in enumerate(boxes) if hit(box, face)]
            best = max((i for i in near if i in free), key=lambda i: overlap(boxes[i], box), default=None)
            if best is not None:
                free.discard(best)
                ranked.append((score, True))
            elif not any(i not in wanted for i in near):
                ranked.append((score, False))
    ranked.sort(key=lambda entry: -entry[0])
    hits = np.cumsum([h for _, h in ranked]) if ranked else np.zeros(1)
    alarms = np.cumsum([not h for _, h in ranked]) if ranked else np.zeros(1)
    recall, precision = hits / max(faces, 1), hits / np.maximum(hits + alarms, 1)
    best = np.maximum.accumulate(precision[::-1])[::-1]
    area = float(np.sum(best * np.diff(np.concatenate([[0], recall]))))
    few = np.nonzero(alarms <= 0.1 * len(truth))[0]
    return 100 * area, 100 * float(recall[few[-1]]) if len(few) else 0, faces


def turned(picture, boxes, degrees):
    """The picture turned about its middle, whole, with boxes about the turned middles."""
    height, width = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    c, s = abs(matrix[0, 0]), abs(matrix[0, 1])
    size = (int(width * c + height * s), int(width * s + height * c))
    matrix[:, 2] += (size[0] / 2 - width / 2, size[1] / 2 - height / 2)
    moved = []
    for x, y, w, h, *rest in boxes:
        cx, cy = matrix @ (x + w / 2, y + h / 2, 1)
        moved.append((cx - w / 2, cy - h / 2, w, h, *rest))
    return cv2.warpAffine(picture, matrix, size, flags=cv2.INTER_LINEAR, borderValue=(128, 128, 128)), moved


KINDS = {
    "as they are": lambda p, b: (p, b),
    "turned by 15 degrees": lambda p, b: turned(p, b, 15),
    "turned by -30 degrees": lambda p, b: turned(p, b, -30),
    "turned by 30 degrees": lambda p, b: turned(p, b, 30),
    "dark: a fifth of the light, noise of 3": lambda p, b: (
        np.clip(p * 0.2 + np.random.default_rng(1).normal(0, 3, p.shape), 0, 255).astype(np.uint8), b),
    "bright: half of the range lost": lambda p, b: (np.clip(p * 2.0, 0, 255).astype(np.uint8), b),
    "blurred by 2 pixels": lambda p, b: (cv2.GaussianBlur(p, (0, 0), 2), b),
}


def detect(options, folder, pictures):
    """Boxes and scores by picture, of PNG files in `folder`."""
    if options.yunet:
        net, found = cv2.FaceDetectorYN.create(options.yunet, "", (320, 320), 0.02), {}
        for name in pictures:
            picture = cv2.imread(os.path.join(folder, name))
            net.setInputSize((picture.shape[1], picture.shape[0]))
            faces = net.detect(picture)[1]
            found[name] = [(tuple(map(float, f[:4])), float(f[14])) for f in (faces if faces is not None else [])]
        return found
    table = os.path.join(folder, "found.csv")
    command = [options.mien, "detector", "evaluate", options.detector, "--data", folder, "--detections", table]
    subprocess.run(command, check=True, capture_output=True)
    found = {}
    with open(table) as file:
        for row in csv.DictReader(file):
            found.setdefault(row["image"], []).append((tuple(float(row[k]) for k in "xywh"), float(row["score"])))
    return found


def write(folder, pictures):
    """PNG files and boxes.csv; pictures without boxes get one that is too small to count."""
    with open(os.path.join(folder, "boxes.csv"), "w") as file:
        print("image,x,y,w,h", file=file)
        for name, (picture, boxes) in pictures.items():
            cv2.imwrite(os.path.join(folder, name), picture, [cv2.IMWRITE_PNG_COMPRESSION, 1])
            for box in boxes or [(0, 0, 1, 1)]:
                print(name, *(f"{v:.2f}" for v in box[:4]), sep=",", file=file)


def table(options):
    faces = {}
    with open(os.path.join(options.data, "boxes.csv")) as file:
        for row in csv.DictReader(file):
            if is_validation(row["image"]):
                box = (*(float(row[k]) for k in "xywh"), row.get("label", ""))
                faces.setdefault(row["image"], []).append(box)
    print("| pictures | faces | average precision | recall at 0.1 |\n| --- | --- | --- | --- |")
    for kind, change in KINDS.items():
        pictures, origin = {}, {}
        for index, (name, boxes) in enumerate(sorted(faces.items())):
            origin[f"{index:05}.png"] = name
            pictures[f"{index:05}.png"] = change(cv2.imread(os.path.join(options.data, name)), boxes)
        with tempfile.TemporaryDirectory() as folder:
            write(folder, pictures)
            found = detect(options, folder, pictures)
        truth = {name: boxes for name, (_, boxes) in pictures.items()}
        side = lambda box: math.sqrt(box[2] * box[3])
        rows = {kind: lambda name, box: side(box) >= 24}
        if kind == "as they are":
            for prefix in sorted({name.split("/")[0] for name in faces}):
                rows[prefix] = lambda name, box, p=prefix: side(box) >= 24 and origin[name].startswith(p)
            for low, high in ((24, 48), (48, 96), (96, 10000)):
                rows[f"faces of {low} to {high} pixels"] = lambda name, box, l=low, h=high: l <= side(box) < h
            for label in ("with_mask", "without_mask", "mask_weared_incorrect"):
                rows[label] = lambda name, box, l=label: side(box) >= 24 and box[4] == l
        for row, counts in rows.items():
            area, recall, number = judge(truth, found, counts)
            print(f"| {row} | {number} | {area:.1f} | {recall:.1f} |", flush=True)


def frames(picture, width=640, height=480):
    """Cuts of width x height at 1, 1/2, 1/4 of the size and enlarged twice, and their mirror images."""
    for scale in (2, 1, 0.5, 0.25):
        scaled = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
        for y in range(0, max(scaled.shape[0] - height, 0) + 1, height):
            for x in range(0, max(scaled.shape[1] - width, 0) + 1, width):
                cut = scaled[y : y + height, x : x + width]
                yield cut
                yield cut[:, ::-1]


def alarms(options):
    best, seen = [], []
    for name in sorted(os.listdir(options.alarms)):
        picture = cv2.imread(os.path.join(options.alarms, name))
        if picture is None:
            continue
        limit = 1920 / max(picture.shape[:2])
        if limit < 1:
            picture = cv2.resize(picture, None, fx=limit, fy=limit, interpolation=cv2.INTER_AREA)
        cuts = {f"{i:05}.png": (cut, []) for i, cut in enumerate(frames(picture)) if min(cut.shape[:2]) >= 32}
        with tempfile.TemporaryDirectory() as folder:
            write(folder, cuts)
            found = detect(options, folder, cuts)
        scores = [max((score for _, score in found.get(cut, [])), default=0) for cut in cuts]
        best += scores
        if max(scores, default=0) >= options.threshold:
            seen.append(f"{name}: {sum(score >= options.threshold for score in scores)} of {len(cuts)}, up to {max(scores):.2f}")
    print("\n| score from | frames without faces with an alarm | in 1,000 |\n| --- | --- | --- |")
    for threshold in (options.threshold, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95):
        count = sum(score >= threshold for score in best)
        print(f"| {threshold} | {count} of {len(best)} | {1000 * count / max(len(best), 1):.2f} |")
    print("\n".join(seen))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data")
    parser.add_argument("--mien", default="build/program/release/mien")
    parser.add_argument("--detector", default="default")
    parser.add_argument("--alarms")
    parser.add_argument("--threshold", type=float, default=0.5)
    parser.add_argument("--yunet")
    options = parser.parse_args()
    if options.data:
        table(options)
    if options.alarms:
        alarms(options)


if __name__ == "__main__":
    main()
