"""torch_steps.py NETWORK SIZE BATCH THREADS SECONDS MEMORY_FORMAT: prints how many images a second PyTorch trains (for train.py)."""
import sys, time
import torch
from torch import nn


def conv(i, o):
    return [nn.Conv2d(i, o, 3, padding=1, bias=False), nn.BatchNorm2d(o), nn.ReLU(True)]


class Heads(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.corners = nn.Sequential(nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Dropout(0.3))
        self.classifier, self.votes = nn.Linear(4 * width, 7), nn.Linear(4 * width, 8)

    def forward(self, x):
        x = self.corners(x)
        return self.classifier(x), self.votes(x)


class Block(nn.Module):
    """A basic residual block, with squeeze and excitation or without."""
    def __init__(self, i, o, stride, excite):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(i, o, 3, stride, 1, bias=False), nn.BatchNorm2d(o), nn.ReLU(True),
                                  nn.Conv2d(o, o, 3, padding=1, bias=False), nn.BatchNorm2d(o))
        self.gate = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(o, o // 8), nn.ReLU(True), nn.Linear(o // 8, o),
                                  nn.Sigmoid(), nn.Unflatten(1, (o, 1, 1))) if excite else None
        self.shortcut = nn.Identity() if i == o and stride == 1 else nn.Sequential(nn.Conv2d(i, o, 1, stride, bias=False), nn.BatchNorm2d(o))

    def forward(self, x):
        y = self.body(x)
        return torch.relu((y * self.gate(y) if self.gate else y) + self.shortcut(x))


class Mask(nn.Module):
    """What a small hourglass draws from `x`, by which `x` is weighed."""
    def __init__(self, width):
        super().__init__()
        half = width // 2
        self.reduce = nn.Sequential(nn.Conv2d(width, half, 1, bias=False), nn.BatchNorm2d(half), nn.ReLU())
        self.inner = nn.Sequential(nn.MaxPool2d(2), *conv(half, half), *conv(half, half))
        self.expand = nn.Sequential(nn.Conv2d(half, width, 1, bias=False), nn.BatchNorm2d(width), nn.Sigmoid())

    def forward(self, x):
        fine = self.reduce(x)
        y = nn.functional.interpolate(self.inner(fine), size=x.shape[2:], mode="bilinear", align_corners=False)
        return x * (1 + self.expand(y + fine))


def mien_vgg():
    layers, last = [], 1
    for index, group in enumerate(((24, 32), (64, 64), (96, 96, 96), (192, 192, 192))):
        layers += [nn.MaxPool2d(2)] if index else []
        for width in group:
            layers += conv(last, width)
            last = width
    return nn.Sequential(*layers, Heads(last))


def mien_residual(excite, blocks):
    layers, last = conv(1, 32), 32
    for width, count in zip((48, 96, 144), blocks):
        for block in range(count):
            layers.append(Block(last, width, 1 if block else 2, excite))
            last = width
        layers += [] if excite else [Mask(width)]
    return nn.Sequential(*layers, Heads(last))


def resnet18():
    from torchvision.models import resnet18
    net = resnet18(num_classes=7)
    return net


NETWORKS = {"mien_vgg": (mien_vgg, 1), "mien_res": (lambda: mien_residual(True, (2, 2, 2)), 1), "mien_mask": (lambda: mien_residual(False, (2, 2, 1)), 1),
            "resnet18": (resnet18, 3)}


def torch_speed(name, size, batch, seconds, layout):
    make, channels = NETWORKS[name]
    net = make().train().to(memory_format=layout)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9, nesterov=True, weight_decay=5e-4)
    x = torch.randn(batch, channels, size, size).contiguous(memory_format=layout)
    y, start, done = torch.randint(0, 7, (batch,)), None, 0
    while start is None or time.time() - start < seconds:
        out = net(x)
        loss = sum(nn.functional.cross_entropy(o, y, label_smoothing=0.1) for o in (out if isinstance(out, tuple) else (out,)))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if start is None:
            start = time.time()
        else:
            done += batch
    return done / (time.time() - start)


if __name__ == "__main__":
    name, size, batch, threads, seconds = sys.argv[1], *map(int, sys.argv[2:5]), float(sys.argv[5])
    torch.set_num_threads(threads)
    print(torch_speed(name, size, batch, seconds, getattr(torch, sys.argv[6])))
