"""Gradients and Grad-CAM by hand-written hooks: explain.py CASES.json OUTPUT.f32

CASES.json is a list of {"architecture", "gain", "channels", "size", "crop", "weights", "labels", "layers"}: `crop` is a file of
size x size grey bytes, `weights` a safetensors file, or "" for the formula's. Written, one after the other: the logits; for
each label the gradient of its logit by the input, and the same through guided rectifiers, as height x width x channels; for
each label and layer the Grad-CAM. The layer "masked" is what leaves residual masking's last mask."""
import json
import struct
import sys

import formula
import networks
import numpy as np
import torch
import torch.nn as nn

torch.set_num_threads(1)


class GuidedFunction(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.clamp(min=0)

    @staticmethod
    def backward(ctx, gradient):
        (x,) = ctx.saved_tensors
        return gradient.clamp(min=0) * (x > 0)


class Guided(nn.Module):
    def forward(self, x):
        return GuidedFunction.apply(x)


def replace_rectifiers(module, make):
    for name, child in module.named_children():
        if isinstance(child, (nn.ReLU, Guided)):
            setattr(module, name, make())
        else:
            replace_rectifiers(child, make)


def safetensors(path):
    data = open(path, "rb").read()
    (length,) = struct.unpack("<Q", data[:8])
    tensors = {}
    for name, entry in json.loads(data[8:8 + length]).items():
        if name != "__metadata__":
            start, end = entry["data_offsets"]
            values = np.frombuffer(data[8 + length + start:8 + length + end], np.float32)
            tensors[name] = torch.from_numpy(values.reshape(entry["shape"]).copy())
    return tensors


def logits(model, x):
    y = model(x)
    return y[0] if isinstance(y, tuple) else y


def input_gradient(model, image, label):
    x = image.clone().requires_grad_()
    logits(model, x)[0, label].backward()
    return x.grad[0].permute(1, 2, 0)


def cam(value, weights):
    return (value * weights[:, None, None]).sum(0).clamp(min=0)


def grad_cam(model, image, label, layer):
    kept = {}
    modules = dict(model.named_modules())
    names = ["layer4", "mask4"] if layer == "masked" else [layer]

    def keep(name):
        def hook(module, inputs, output):
            output.retain_grad()
            kept[name] = output
        return modules[name].register_forward_hook(hook)

    hooks = [keep(name) for name in names]
    logits(model, image.clone().requires_grad_())[0, label].backward()
    for hook in hooks:
        hook.remove()
    if layer == "masked":
        # The head is linear in the map's mean, so the gradient is its weight, spread over the pixels.
        value = (kept["layer4"] * (1 + kept["mask4"]))[0]
        return cam(value, model.fc.weight[label] / value[0].numel())
    return cam(kept[layer][0], kept[layer].grad[0].mean((1, 2)))


with open(sys.argv[2], "wb") as out:
    for case in json.load(open(sys.argv[1])):
        model = networks.NETWORKS[case["architecture"]](7).eval()
        if case["weights"]:
            model.load_state_dict(safetensors(case["weights"]), strict=False)
        else:
            formula.fill(model, case["gain"])
        replace_rectifiers(model, nn.ReLU)
        model.double()
        size = case["size"]
        crop = np.frombuffer(open(case["crop"], "rb").read(), np.uint8).reshape(size, size).astype(np.float32)
        image = torch.from_numpy((crop - 129) / 65).double().repeat(1, case["channels"], 1, 1)
        write = lambda tensor: out.write(tensor.detach().float().contiguous().numpy().tobytes())  # noqa: E731
        write(logits(model, image)[0])
        for label in case["labels"]:
            write(input_gradient(model, image, label))
        for label in case["labels"]:
            for layer in case["layers"]:
                write(grad_cam(model, image, label, layer))
        replace_rectifiers(model, Guided)
        for label in case["labels"]:
            write(input_gradient(model, image, label))
