#!/usr/bin/env python3
"""Makes portraits.mp4: public-domain portraits as prints that move, turn and pass over one another, with a soft chord.

Usage: samples/make.py [OUT]     (needs python3-venv, ffmpeg and PyPI; about a minute)
"""
import glob
import math
import os
import subprocess
import sys
import tarfile

HERE = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(HERE, ".venv")
WIDTH, HEIGHT, FPS, SECONDS, OVERSAMPLE = 960, 540, 25, 10, 2
# name: (file, left, top, side of the face in the file's pixels)
PORTRAITS = {
    "collins": ("astronaut.png", 172, 62, 104),
    "smile": ("obama.jpg", 342, 95, 300),
    "speech": ("obama2.jpg", 139, 243, 343),
    "biden": ("biden.jpg", 433, 211, 314),
}
# track: keyframes (second, centre x, centre y, width of the face, degrees); the later tracks lie on top
MOVES = {
    "biden": [(0, 795, 285, 128, 3), (2.5, 760, 250, 140, -3), (5, 800, 290, 122, 2), (7.5, 780, 250, 140, 4), (10, 795, 285, 128, 3)],
    "obama": [(0, 480, 262, 132, -2), (2.2, 490, 280, 144, 2), (4.2, 230, 285, 138, -3), (6.6, 215, 255, 146, 2), (8.8, 480, 265, 134, 0), (10, 480, 262, 132, -2)],
    "collins": [(0, 170, 285, 124, 3), (2.2, 190, 250, 134, -3), (4.2, 490, 265, 138, 3), (6.6, 500, 300, 126, -2), (8.8, 180, 270, 132, 2), (10, 170, 285, 124, 3)],
}


def enter_venv():
    """Installs scikit-image (and with it Pillow and numpy) in a venv of its own and starts over there."""
    python = os.path.join(VENV, "bin", "python")
    if sys.prefix == VENV:
        return
    if not os.path.exists(python):
        subprocess.check_call([sys.executable, "-m", "venv", VENV])
        subprocess.check_call([python, "-m", "pip", "install", "-q", "scikit-image==0.26.0"])
        subprocess.check_call([python, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:", "-d", VENV, "face_recognition==1.3.0"])
    os.execv(python, [python] + sys.argv)


def portrait(name):
    """A print of the portrait: the face in the middle of a white-rimmed picture, 480 x 560 pixels."""
    from PIL import Image, ImageOps
    import skimage

    file, left, top, side = PORTRAITS[name]
    if name == "collins":
        image = Image.open(os.path.join(os.path.dirname(skimage.__file__), "data", file))
    else:
        archive = tarfile.open(glob.glob(os.path.join(VENV, "face_recognition-*.tar.gz"))[0])
        member = next(m for m in archive if m.name.endswith("tests/test_images/" + file))
        image = Image.open(archive.extractfile(member))
    x, y = left + side / 2, top + side / 2
    half = min(side * 0.93, image.width / 2)
    x, y = min(max(x, half), image.width - half), max(y, half * 1.08)
    box = (x - half, y - half * 1.08, x + half, y + half * 1.28)
    picture = image.convert("RGB").transform((448, 528), Image.Transform.EXTENT, box, Image.Resampling.BICUBIC)
    return ImageOps.expand(picture, 16, (250, 249, 246)).convert("RGBA")


def place(keys, t):
    """The pose at `t`: eased between keyframes."""
    for (t0, *a), (t1, *b) in zip(keys, keys[1:]):
        if t <= t1:
            u = (t - t0) / (t1 - t0)
            u = u * u * (3 - 2 * u)
            return [p + (q - p) * u for p, q in zip(a, b)]
    return keys[-1][1:]


def paste(canvas, card, pose):
    """Draws the print with a soft shadow."""
    from PIL import Image, ImageFilter

    x, y, face, degrees = (v * OVERSAMPLE for v in pose)
    scale = face / (448 / (2 * 0.93))
    size = [round(v * scale) for v in card.size]
    turned = card.resize(size, Image.Resampling.LANCZOS).rotate(degrees / OVERSAMPLE, Image.Resampling.BICUBIC, expand=True)
    corner = [round(x - turned.width / 2), round(y - turned.height / 2)]
    shadow = Image.new("RGBA", (turned.width + 48, turned.height + 48), (0, 0, 0, 0))
    shadow.paste((0, 0, 0, 120), (24, 24), turned.getchannel("A"))
    canvas.alpha_composite(shadow.filter(ImageFilter.BoxBlur(9)), (max(corner[0] - 20, 0), max(corner[1] - 12, 0)))
    canvas.alpha_composite(turned, (corner[0], corner[1]))


def backdrop():
    """A calm gradient: bright above, darker at the foot."""
    import numpy as np
    from PIL import Image

    y, x = np.mgrid[0 : HEIGHT * OVERSAMPLE, 0 : WIDTH * OVERSAMPLE]
    light = 1 - 0.45 * y / (HEIGHT * OVERSAMPLE) - 0.12 * np.abs(x / (WIDTH * OVERSAMPLE) - 0.5)
    rgb = np.stack([92 * light, 112 * light, 128 * light, np.full_like(light, 255)], -1)
    return Image.fromarray(rgb.round().astype(np.uint8))


def frames():
    """Every frame as RGB bytes."""
    from PIL import Image

    cards = {name: portrait(name) for name in PORTRAITS}
    ground = backdrop()
    for i in range(FPS * SECONDS):
        t = i / FPS
        canvas = ground.copy()
        blend = min(max((t - 5.2) / 0.6, 0), 1) - min(max((t - 9.2) / 0.6, 0), 1)
        shown = {"collins": cards["collins"], "biden": cards["biden"], "obama": Image.blend(cards["smile"], cards["speech"], blend)}
        for track, keys in MOVES.items():
            paste(canvas, shown[track], place(keys, t))
        yield canvas.convert("RGB").resize((WIDTH, HEIGHT), Image.Resampling.BOX).tobytes()


def main():
    out = sys.argv[1] if len(sys.argv) > 1 else os.path.join(HERE, "portraits.mp4")
    chord = "+".join(f"0.09*sin({2 * math.pi * f:.4f}*t)*(0.6+0.4*sin({0.7 + i / 5:.2f}*t))" for i, f in enumerate((220, 277.18, 329.63, 440)))
    command = ["ffmpeg", "-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{WIDTH}x{HEIGHT}", "-r", str(FPS), "-i", "-"]
    command += ["-f", "lavfi", "-i", f"aevalsrc='{chord}':s=44100:d={SECONDS},afade=in:d=0.6,afade=out:st={SECONDS - 1}:d=1"]
    command += ["-c:v", "libx264", "-preset", "slow", "-crf", "23", "-pix_fmt", "yuv420p", "-threads", "1", "-c:a", "aac", "-b:a", "64k"]
    command += ["-movflags", "+faststart", "-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact", out]
    encoder = subprocess.Popen(command, stdin=subprocess.PIPE)
    for frame in frames():
        encoder.stdin.write(frame)
    encoder.stdin.close()
    sys.exit(encoder.wait())


if __name__ == "__main__":
    enter_venv()
    main()
