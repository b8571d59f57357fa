"""Evaluates PyTorch expressions: operations.py CASES.json INPUT.f32 OUTPUT.f32

CASES.json is a list of {"expression", "inputs": [[n, h, w, c], ...], "parameters": [[...], ...]}; INPUT.f32 holds their
elements one after the other, activations as NHWC. An expression sees the inputs as x (NCHW) and the parameters as p.
Results are written as NHWC."""
import json
import sys

import numpy as np
import torch
import torch.nn.functional as F  # noqa: F401, for the expressions

values = torch.from_numpy(np.fromfile(sys.argv[2], np.float32))
at = 0


def take(shape):
    global at
    count = int(np.prod(shape))
    at += count
    return values[at - count:at].reshape(shape)


with open(sys.argv[3], "wb") as out:
    for case in json.load(open(sys.argv[1])):
        x = [take(shape).permute(0, 3, 1, 2).contiguous() for shape in case["inputs"]]
        p = [take(shape) for shape in case["parameters"]]
        y = eval(case["expression"])
        y = y.reshape(y.shape[0], -1, 1, 1) if y.dim() == 2 else y
        out.write(y.permute(0, 2, 3, 1).contiguous().numpy().tobytes())
