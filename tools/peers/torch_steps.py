"""torch_steps.py NETWORK SIZE BATCH THREADS SECONDS MEMORY_FORMAT: prints how many images a second PyTorch trains (for train.py)."""
import sys, time
import torch
from torch import nn


def conv(i, o):
    return [nn.Conv2d(i, o, 3, padding=1, bias=False), nn.BatchNorm2d(o), nn.ReLU(True)]


class MienVGG(nn.Module):
    def __init__(self, widths=((24, 32), (64, 64), (96, 96, 96), (192, 192, 192))):
        super().__init__()
        layers, last = [], 1
        for index, group in enumerate(widths):
            layers += [nn.MaxPool2d(2)] if index else []
            for width in group:
                layers += conv(last, width)
                last = width
        self.features = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Dropout(0.3))
        self.classifier, self.votes = nn.Linear(4 * last, 7), nn.Linear(4 * last, 8)

    def forward(self, x):
        x = self.features(x)
        return self.classifier(x), self.votes(x)


def resnet18():
    from torchvision.models import resnet18
    net = resnet18(num_classes=7)
    return net


NETWORKS = {"mien_vgg": (MienVGG, 1), "resnet18": (resnet18, 3)}


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
