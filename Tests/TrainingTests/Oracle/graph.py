"""graph.py FOLDER: trains the network of FOLDER/graph.json in PyTorch, ten steps in double and in single precision, as the test does in Mien.

Reads weights.safetensors, inputs.f32 (batches x batch x H x W x C) and labels.json; writes losses.json and single.json, and the first step's
gradients by parameter in double precision, gradients/NAME.f32. An interpreter of graphs: each operation is PyTorch's own, gradients are autograd's.
"""
import json, os, struct, sys
import numpy as np, torch
import torch.nn.functional as F

folder = sys.argv[1]
spec = json.load(open(folder + "/graph.json"))
torch.set_num_threads(2)


def tensors(path):
    with open(path, "rb") as f:
        size = struct.unpack("<Q", f.read(8))[0]
        header, data = json.loads(f.read(size)), f.read()
    header.pop("__metadata__", None)
    return {n: torch.from_numpy(np.frombuffer(data[slice(*e["data_offsets"])], "<f4").reshape(e["shape"]).copy()) for n, e in header.items()}


OPS = {
    "conv2d": lambda o, p, x: F.conv2d(x, p("weight"), p("bias"), o["stride"], o["padding"], o["dilation"], o["groups"]),
    "conv_transpose2d": lambda o, p, x: F.conv_transpose2d(x, p("weight"), p("bias"), o["stride"], o["padding"], 0, o["groups"]),
    "linear": lambda o, p, x: F.linear(x.flatten(1), p("weight"), p("bias"))[:, :, None, None],
    "batch_norm2d": lambda o, p, x: F.batch_norm(x, p("running_mean"), p("running_var"), p("weight"), p("bias"), True, o["momentum"], o["eps"]),
    "max_pool2d": lambda o, p, x: F.max_pool2d(x, o["kernel"], o["stride"], o["padding"], ceil_mode=o["ceil"]),
    "avg_pool2d": lambda o, p, x: F.avg_pool2d(x, o["kernel"], o["stride"], o["padding"], o["ceil"], o["counts"]),
    "adaptive_avg_pool2d": lambda o, p, x: F.adaptive_avg_pool2d(x, o["output"]),
    "adaptive_max_pool2d": lambda o, p, x: F.adaptive_max_pool2d(x, o["output"]),
    "relu": lambda o, p, x: F.relu(x),
    "silu": lambda o, p, x: F.silu(x),
    "sigmoid": lambda o, p, x: torch.sigmoid(x),
    "softmax": lambda o, p, x: torch.softmax(x, 1),
    "add": lambda o, p, x, y: x + y,
    "multiply": lambda o, p, x, y: x * y,
    "affine": lambda o, p, x: x * torch.tensor(o["scale"], dtype=x.dtype)[:, None, None] + torch.tensor(o["shift"], dtype=x.dtype)[:, None, None],
    "concat": lambda o, p, *x: torch.cat(x, 1),
    "slice": lambda o, p, x: x[:, slice(*o["channels"]), slice(*o["rows"]), slice(*o["columns"])],
    "upsample": lambda o, p, x: F.interpolate(x, o["output"], mode="bilinear", align_corners=o["corners"]),
    "channel_mean": lambda o, p, x: x.mean(1, keepdim=True),
    "channel_max": lambda o, p, x: x.max(1, keepdim=True)[0],
    "dropout": lambda o, p, x: x,
    "flatten": lambda o, p, x: x.flatten(1)[:, :, None, None],
}


def forward(x, weights):
    values = [x]
    for node in spec["nodes"]:
        path = node["path"] + "." if node["path"] else ""
        parameter = lambda name: weights.get(path + name)
        values.append(OPS[node["operation"]](node, parameter, *(values[i] for i in node["inputs"])))
    return [values[i].flatten(1) for i in spec["heads"]]


def train(dtype):
    """Ten steps: their losses; in double precision the first step's gradients go to the folder `gradients`."""
    weights = {n: t.to(dtype).requires_grad_("running" not in n) for n, t in tensors(folder + "/weights.safetensors").items()}
    trained = [t for t in weights.values() if t.requires_grad]
    optimizer = torch.optim.SGD(trained, lr=spec["rate"], momentum=0.9, nesterov=True, weight_decay=5e-4)
    losses = []
    for x, labels in zip(inputs, batches):
        heads = forward(x.to(dtype).contiguous(), weights)
        loss = sum(F.cross_entropy(y, torch.tensor(labels), label_smoothing=0.1) for y in heads)
        optimizer.zero_grad()
        loss.backward()
        if not losses and dtype == torch.float64:
            os.makedirs(f"{folder}/gradients", exist_ok=True)
            for name, tensor in weights.items():
                if tensor.requires_grad:
                    tensor.grad.numpy().astype("<f4").tofile(f"{folder}/gradients/{name}.f32")
        optimizer.step()
        losses.append(loss.item())
    return losses


batches = json.load(open(folder + "/labels.json"))
shape = spec["input"]
inputs = torch.from_numpy(np.fromfile(folder + "/inputs.f32", "<f4")).reshape(len(batches), -1, *shape).permute(0, 1, 4, 2, 3)
json.dump(train(torch.float64), open(folder + "/losses.json", "w"))
json.dump(train(torch.float32), open(folder + "/single.json", "w"))
