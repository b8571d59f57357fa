#!/usr/bin/env python3
"""Measures Mien's face detector beside OpenCV's YuNet and cascades: the same pictures, one thread each, one run.

    tools/peers/detectors.py --data FACES --yunet yunet.onnx [--mien build/program/release/mien] [--pictures 12]
                             [--size 640x480] [--rounds 5] [--venv DIR] [--json FILE]

FACES holds boxes.csv and the pictures. Each picture is scaled to fill --size. Detectors take turns, round after round, so that
whatever else the machine does hits all of them; a figure is the best round's median milliseconds a picture, from decoded
pixels to boxes. Without the packages it makes a virtual environment (build/peers) and starts itself there.
"""
import argparse
import csv
import json
import os
import statistics
import subprocess
import tempfile
import time

import environment

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PACKAGES = ["numpy", "opencv-python-headless>=4.12"]
HAAR = "/usr/share/opencv4/haarcascades/haarcascade_frontalface_default.xml"


def filled(cv2, picture, width, height):
    """The middle of the picture, scaled to fill width x height."""
    scale = max(width / picture.shape[1], height / picture.shape[0])
    picture = cv2.resize(picture, None, fx=scale, fy=scale)
    top, left = (picture.shape[0] - height) // 2, (picture.shape[1] - width) // 2
    return picture[max(top, 0) : max(top, 0) + height, max(left, 0) : max(left, 0) + width]


def median(run, items):
    times = []
    for item in items:
        start = time.perf_counter()
        run(item)
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def peers(cv2, options, pictures, width, height):
    grey = [cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY) for picture in pictures]
    yunet = cv2.FaceDetectorYN.create(options.yunet, "", (width, height), 0.6)
    haar = cv2.CascadeClassifier(HAAR) if os.path.exists(HAAR) else None
    table = {"yunet": lambda: median(yunet.detect, pictures)}
    if haar:
        table["haarcascade_frontalface_default"] = lambda: median(haar.detectMultiScale, grey)
        table["the same, faces of 60 pixels and more"] = lambda: median(
            lambda picture: haar.detectMultiScale(picture, minSize=(60, 60)), grey)
    return table


def mien(options, folder):
    command = [options.mien, "detector", "evaluate", options.detector, "--data", folder, "--json", "-"]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["p50_ms"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True)
    parser.add_argument("--yunet", required=True)
    parser.add_argument("--mien", default=os.path.join(ROOT, "build/program/release/mien"))
    parser.add_argument("--detector", default="default")
    parser.add_argument("--pictures", type=int, default=12)
    parser.add_argument("--size", default="640x480")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--venv", default=os.path.join(ROOT, "build/peers"))
    parser.add_argument("--json", help="write the figures here too")
    options = parser.parse_args()
    if options.venv != "-":
        environment.enter(options.venv, PACKAGES)
    import cv2

    cv2.setNumThreads(1)
    width, height = map(int, options.size.split("x"))
    with open(os.path.join(options.data, "boxes.csv")) as file:
        names = sorted({row["image"] for row in csv.DictReader(file)})
    names = names[:: max(len(names) // options.pictures, 1)][: options.pictures]
    pictures = [filled(cv2, cv2.imread(os.path.join(options.data, name)), width, height) for name in names]
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "boxes.csv"), "w") as file:
            print("image,x,y,w,h", file=file)
            for index, picture in enumerate(pictures):
                cv2.imwrite(os.path.join(folder, f"{index:03}.png"), picture)
                print(f"{index:03}.png,0,0,24,24", file=file)
        table = {"mien": lambda: mien(options, folder), **peers(cv2, options, pictures, width, height)}
        best = {name: measure() for name, measure in table.items()}
        for _ in range(options.rounds - 1):
            best = {name: min(best[name], measure()) for name, measure in table.items()}
    print(f"| detector | ms a picture of {width}x{height} | by Mien's |\n| --- | --- | --- |")
    for name, value in best.items():
        print(f"| {name} | {value:.1f} | {value / best['mien']:.1f} |")
    if options.json:
        with open(options.json, "w") as file:
            json.dump({"pictures": len(pictures), "ms": best}, file, indent=1)


if __name__ == "__main__":
    main()
