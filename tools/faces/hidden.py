#!/usr/bin/env python3
"""hidden.py --mien PROGRAM --yunet FILE [CLIP…] [--scenes N --portraits DIR]: hides the faces of each clip with `mien annotate` and `mien live --record`, and counts the
frames of all video streams that were written in which a face detector of another make, OpenCV's YuNet, finds a face all the same.

Made scenes show portraits of DIR (a picture a face) that appear at once, enter fast from an edge, stay, and leave, before a plain or noisy wall.

Needs opencv 4.8 to 4.12 (FaceDetectorYN) and ffmpeg. A face counts from --score on; frames are looked at in their own size, those of less
than 640 pixels also twice as large."""
import argparse
import json
import os
import subprocess
import tempfile

import cv2
import numpy as np


def streams(path):
    out = subprocess.run(
        ["ffprobe", "-v", "error", "-select_streams", "v", "-show_entries", "stream=width,height", "-of", "json", path],
        check=True, capture_output=True).stdout
    return [(s["width"], s["height"]) for s in json.loads(out).get("streams", [])]


def frames(path, stream, size):
    width, height = size
    reader = subprocess.Popen(
        ["ffmpeg", "-v", "error", "-noautorotate", "-i", path, "-map", f"0:v:{stream}", "-vsync", "0", "-f", "rawvideo",
         "-pix_fmt", "bgr24", "-"], stdout=subprocess.PIPE)
    while len(data := reader.stdout.read(width * height * 3)) == width * height * 3:
        yield np.frombuffer(data, np.uint8).reshape(height, width, 3)
    reader.wait()


class YuNet:
    def __init__(self, model, score):
        self.detector = cv2.FaceDetectorYN.create(model, "", (320, 320), score, 0.3, 5000)

    def score(self, image):
        """The best score of a face in it, 0 where there is none."""
        best = 0
        for scale in [1, 2] if max(image.shape[:2]) < 640 else [1]:
            larger = cv2.resize(image, None, fx=scale, fy=scale) if scale > 1 else image
            self.detector.setInputSize((larger.shape[1], larger.shape[0]))
            faces = self.detector.detect(larger)[1]
            best = max([best] + ([] if faces is None else [f[14] for f in faces]))
        return best


def bare(detector, path, keep=None):
    """(frames with a face, frames, best score) over all video streams."""
    found, count, best = 0, 0, 0
    for stream, size in enumerate(streams(path)):
        for image in frames(path, stream, size):
            score = detector.score(image)
            if score and keep:
                cv2.imwrite(f"{keep}-{stream}-{count}.png", image)
            found, count, best = found + (score > 0), count + 1, max(best, score)
    return found, count, best


class Scene:
    """One made scene of 60 frames: up to three portraits, each with a path of its own."""

    size, count = (640, 360), 60

    def __init__(self, portraits, seed):
        self.random = np.random.default_rng(seed)
        wall = self.random.uniform(40, 200, (int(self.random.integers(2, 24)), int(self.random.integers(2, 24)), 3))
        self.wall = cv2.resize(wall.astype(np.uint8), self.size, interpolation=cv2.INTER_CUBIC)
        chosen = self.random.choice(len(portraits), int(self.random.integers(1, 4)), replace=False)
        self.paths = [self.path(cv2.imread(portraits[i])) for i in chosen]

    def path(self, image):
        """(picture, first frame, last frame, corner at the first, step a frame)."""
        height = self.random.uniform(120, 300)
        image = cv2.resize(image, None, fx=height / image.shape[0], fy=height / image.shape[0], interpolation=cv2.INTER_AREA)
        begin = int(self.random.integers(0, 30))
        end = begin + int(self.random.integers(10, 40))
        place = self.random.uniform((0, 0), (max(self.size[0] - image.shape[1], 1), max(self.size[1] - image.shape[0], 1)))
        step = np.zeros(2)
        if self.random.random() < 0.6:  # in from the left or the right
            speed = self.random.uniform(8, 50)
            place[0], step[0] = ((-image.shape[1], speed) if self.random.random() < 0.5 else (self.size[0], -speed))
        return image, begin, end, place, step

    def frames(self):
        for number in range(self.count):
            frame = self.wall.copy()
            for image, begin, end, place, step in self.paths:
                if begin <= number < end:
                    self.lay(frame, image, place + step * (number - begin))
            yield frame

    def lay(self, frame, image, corner):
        x, y = int(corner[0]), int(corner[1])
        left, top = max(x, 0), max(y, 0)
        right, bottom = min(x + image.shape[1], self.size[0]), min(y + image.shape[0], self.size[1])
        if right > left and bottom > top:
            frame[top:bottom, left:right] = image[top - y:bottom - y, left - x:right - x]

    def write(self, path):
        size = f"{self.size[0]}x{self.size[1]}"
        writer = subprocess.Popen(
            ["ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "bgr24", "-s", size, "-r", "25", "-i", "-", "-c:v", "libx264",
             "-crf", "14", "-preset", "veryfast", "-pix_fmt", "yuv420p", path], stdin=subprocess.PIPE)
        for frame in self.frames():
            writer.stdin.write(frame.tobytes())
        writer.stdin.close()
        writer.wait()


def scenes(count, portraits, folder):
    files = sorted(os.path.join(portraits, name) for name in os.listdir(portraits))
    files = [name for name in files if cv2.imread(name) is not None]
    for seed in range(count):
        path = os.path.join(folder, f"scene{seed}.mkv")
        Scene(files, seed).write(path)
        yield path


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mien", default="mien")
    parser.add_argument("--yunet", required=True)
    parser.add_argument("--score", type=float, default=0.6)
    parser.add_argument("--style", default="blur,pixelate,mask")
    parser.add_argument("--ways", default="annotate,live")
    parser.add_argument("--keep", help="folder for frames in which a face was found")
    parser.add_argument("--more", default="", help="further words for mien")
    parser.add_argument("--scenes", type=int, default=0)
    parser.add_argument("--portraits")
    parser.add_argument("clips", nargs="*")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        made = list(scenes(args.scenes, args.portraits, folder)) if args.scenes else []
        judge(args, args.clips + made)


def judge(args, clips):
    detector = YuNet(args.yunet, args.score)
    total = 0
    for clip in clips:
        name = os.path.splitext(os.path.basename(clip))[0]
        line = f"{name:40s}"
        for way in args.ways.split(","):
            for style in args.style.split(","):
                with tempfile.TemporaryDirectory() as folder:
                    out = os.path.join(folder, "out.mkv")
                    where = ["annotate", clip, "-o", out] if way == "annotate" else ["live", clip, "--headless", "--record", out]
                    subprocess.run([args.mien, *where, "--hide-faces", style, "--quiet", *args.more.split()], check=True)
                    keep = args.keep and os.path.join(args.keep, f"{name}-{way}-{style}")
                    found, count, best = bare(detector, out, keep)
                    line += f"  {way} {style}: {found} of {count}" + (f" ({best:.2f})" if found else "")
                    total += found
        print(line, flush=True)
    print(f"frames with a face: {total}")


if __name__ == "__main__":
    main()
