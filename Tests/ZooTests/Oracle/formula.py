"""Weights and inputs that Swift and Python derive alike: value i of a tensor is a hash of its name and i."""
import numpy as np
import torch

CHUNK = 1 << 20


def unit(name, count):
    """`count` values in [-1, 1) that depend on `name` and the place alone."""
    seed = np.uint32(2166136261)
    with np.errstate(over="ignore"):
        for byte in name.encode():
            seed = (seed ^ np.uint32(byte)) * np.uint32(16777619)
        values = np.empty(count, np.float32)
        for start in range(0, count, CHUNK):
            stop = min(start + CHUNK, count)
            values[start:stop] = mix(np.arange(start, stop, dtype=np.uint32) * np.uint32(0x9E3779B9) + seed)
    return values


def mix(x):
    x = (x ^ (x >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    x = (x ^ (x >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    x ^= x >> np.uint32(16)
    return (x >> np.uint32(8)).astype(np.float32) / np.float32(1 << 23) - np.float32(1)


def parameter(name, shape, gain):
    """Convolutions and linear layers by fan-in and `gain`; scales about 0.9, variances about 1, the rest small."""
    values = unit(name, int(np.prod(shape)))
    if len(shape) > 1:
        fan_in = int(np.prod(shape[1:]))
        return values * np.float32(gain * (3 / fan_in) ** 0.5)
    if name.endswith("running_var"):
        return values * np.float32(0.5) + np.float32(1)
    if name.endswith("weight"):
        return values * np.float32(0.2) + np.float32(0.9)
    return values * np.float32(0.1)


def fill(model, gain):
    """Sets all parameters and buffers of `model`. Modules listed under two names keep the first name's values."""
    done = set()
    for name, tensor in sorted(model.state_dict(keep_vars=True).items(), key=lambda item: priority(item[0])):
        if name.endswith("num_batches_tracked") or id(tensor) in done:
            continue
        done.add(id(tensor))
        values = parameter(name, tuple(tensor.shape), gain)
        tensor.data.copy_(torch.from_numpy(values.reshape(tuple(tensor.shape))))


def priority(name):
    """Masking blocks list their projections twice; the name inside the block counts."""
    return (".downsample" in name and ".conv" not in name, name)


def images(batch, channels, size):
    values = unit("input", batch * size * size * channels).reshape(batch, size, size, channels)
    return torch.from_numpy(values).permute(0, 3, 1, 2).contiguous()
