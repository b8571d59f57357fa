#!/usr/bin/env python3
"""How much laying crops by five points gains over laying them by the box: accuracy of a model on JAFFE's originals.

    tools/faces/alignment.py --jaffe DIR [--mien build/program/release/mien] [--model mien_vgg] [--detector default]

DIR holds JAFFE's pictures (KA.AN1.39.tiff …). They are turned by 0, 10 and 20 degrees either way; the detector's first face is cut
out upright about its box and by its points, at several scales and shifts, and mien evaluate judges the crops with FER2013's labels.
Needs python3 with cv2 and numpy.
"""
import argparse
import csv
import json
import os
import subprocess
import tempfile

import cv2
import numpy as np

LABELS = {"AN": 0, "DI": 1, "FE": 2, "HA": 3, "SA": 4, "SU": 5, "NE": 6}
# FaceFraming.points in Sources/Faces/Crops.
POINTS = np.array([(0.313, 0.375), (0.687, 0.375), (0.5, 0.575), (0.353, 0.785), (0.647, 0.785)])


def cut(picture, origin, across):
    """The square from `origin`, whose upper side is the vector `across`, as 48x48 pixels."""
    matrix = np.array([[across[0], -across[1], origin[0]], [across[1], across[0], origin[1]]]) / np.array([192, 192, 1])
    large = cv2.warpAffine(picture, matrix, (192, 192), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE)
    return cv2.resize(large, (48, 48), interpolation=cv2.INTER_AREA)


def upright(picture, face, scale, drop):
    side = np.sqrt(face["w"] * face["h"])
    middle = np.array([face["x"] + face["w"] / 2, face["y"] + face["h"] / 2 + drop * side])
    return cut(picture, middle - side * scale / 2, (side * scale, 0))


def aligned(picture, face, scale, drop):
    names = ("right_eye", "left_eye", "nose", "mouth_right", "mouth_left")
    points = np.array([(face[f"{n}_x"], face[f"{n}_y"]) for n in names])
    a, b = POINTS - POINTS.mean(0), points - points.mean(0)
    along, across = (a * b).sum(), (a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]).sum()
    c, s = np.array([along, across]) / (a * a).sum()
    middle = points.mean(0) + np.array([[c, -s], [s, c]]) @ (np.array([0.5, 0.5 + drop]) - POINTS.mean(0))
    c, s = c * scale, s * scale
    return cut(picture, middle - np.array([[c, -s], [s, c]]) @ np.array([0.5, 0.5]), (c, s))


def faces(options, pictures):
    """The best face of each picture."""
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "boxes.csv"), "w") as file:
            print("image,x,y,w,h", file=file)
            for name, picture in pictures.items():
                cv2.imwrite(os.path.join(folder, name), picture)
                print(name, 0, 0, 1, 1, sep=",", file=file)
        table = os.path.join(folder, "found.csv")
        command = [options.mien, "detector", "evaluate", options.detector, "--data", folder, "--detections", table]
        subprocess.run(command, check=True, capture_output=True)
        best = {}
        with open(table) as file:
            for row in csv.DictReader(file):
                name = row.pop("image")
                row = {k: float(v) for k, v in row.items() if v}
                if name not in best or row["score"] > best[name]["score"]:
                    best[name] = row
        return best


def accuracy(options, crops):
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "test.csv"), "w") as file:
            print("emotion,pixels", file=file)
            for label, crop in crops:
                print(label, " ".join(map(str, crop.flatten())), sep=",", file=file)
        command = [options.mien, "evaluate", options.model, "--data", folder, "--split", "test", "--labels", "fer2013", "--json", "-"]
        return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["accuracy"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jaffe", required=True)
    parser.add_argument("--mien", default="build/program/release/mien")
    parser.add_argument("--model", default="mien_vgg")
    parser.add_argument("--detector", default="default")
    parser.add_argument("--scales", default="0.9,1.0,1.1")
    parser.add_argument("--drops", default="-0.04,0,0.04")
    options = parser.parse_args()
    originals = {n: cv2.imread(os.path.join(options.jaffe, n), 0) for n in sorted(os.listdir(options.jaffe)) if n.endswith(".tiff")}
    print("| turned by | laid by | scale | drop | faces | accuracy |\n| --- | --- | --- | --- | --- | --- |")
    for degrees in (0, 10, -10, 20, -20):
        matrix = cv2.getRotationMatrix2D((128, 128), degrees, 1)
        pictures = {
            n.replace(".tiff", ".png"): cv2.warpAffine(p, matrix, p.shape[::-1], borderMode=cv2.BORDER_REPLICATE) for n, p in originals.items()
        }
        found = faces(options, pictures)
        for kind in (upright, aligned):
            for scale in map(float, options.scales.split(",")):
                for drop in map(float, options.drops.split(",")):
                    try:
                        crops = [(LABELS[n.split(".")[1][:2]], kind(pictures[n], face, scale, drop)) for n, face in found.items()]
                    except KeyError:
                        continue
                    print(f"| {degrees} | {kind.__name__} | {scale} | {drop} | {len(crops)} | {accuracy(options, crops):.2f} |", flush=True)


if __name__ == "__main__":
    main()
