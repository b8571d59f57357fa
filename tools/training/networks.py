"""Mien's compact family in PyTorch, with the parameter names under which Mien reads it (Sources/Zoo/Compact.swift)."""
import torch.nn as nn
import torch.nn.functional as F


def conv(inputs, outputs, size=3, stride=1):
    return nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False)


class TwoHeads(nn.Module):
    """The last map averaged to its four quarters, and a head each for FER2013's labels and for people's votes."""

    def finish(self, channels, dropout):
        self.dropout = nn.Dropout(dropout)
        self.classifier, self.votes = nn.Linear(4 * channels, 7), nn.Linear(4 * channels, 8)

    def forward(self, x):
        x = self.dropout(F.adaptive_avg_pool2d(self.look(x), 2).flatten(1))
        return self.classifier(x), self.votes(x)


class Plain(TwoHeads):
    def __init__(self, groups, dropout=0.3):
        super().__init__()
        layers, channels = [], 1
        for number, widths in enumerate(groups):
            layers += [nn.MaxPool2d(2)] if number else []
            for width in widths:
                layers += [conv(channels, width), nn.BatchNorm2d(width), nn.ReLU()]
                channels = width
        self.features = nn.Sequential(*layers)
        self.finish(channels, dropout)

    def look(self, x):
        return self.features(x)


class Excitation(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(channels, channels // 8), nn.Linear(channels // 8, channels)

    def forward(self, x):
        return x * self.fc2(F.relu(self.fc1(x.mean((2, 3))))).sigmoid()[:, :, None, None]


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride, excite):
        super().__init__()
        self.conv1, self.bn1 = conv(inputs, outputs, 3, stride), nn.BatchNorm2d(outputs)
        self.conv2, self.bn2 = conv(outputs, outputs), nn.BatchNorm2d(outputs)
        self.se = Excitation(outputs) if excite else nn.Identity()
        same = inputs == outputs and stride == 1
        self.downsample = nn.Identity() if same else nn.Sequential(conv(inputs, outputs, 1, stride), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(self.se(y) + self.downsample(x))


class Mask(nn.Module):
    def __init__(self, channels):
        super().__init__()
        narrow = channels // 2
        self.reduce, self.reduce_bn = conv(channels, narrow, 1), nn.BatchNorm2d(narrow)
        self.conv1, self.bn1 = conv(narrow, narrow), nn.BatchNorm2d(narrow)
        self.conv2, self.bn2 = conv(narrow, narrow), nn.BatchNorm2d(narrow)
        self.expand, self.expand_bn = conv(narrow, channels, 1), nn.BatchNorm2d(channels)

    def forward(self, x):
        fine = F.relu(self.reduce_bn(self.reduce(x)))
        y = F.relu(self.bn1(self.conv1(F.max_pool2d(fine, 2))))
        y = F.relu(self.bn2(self.conv2(y)))
        y = F.interpolate(y, size=x.shape[2:], mode="bilinear", align_corners=False)
        return x * (1 + self.expand_bn(self.expand(y + fine)).sigmoid())


class Residual(TwoHeads):
    def __init__(self, stem, widths, blocks, excite=False, masked=False):
        super().__init__()
        self.conv1, self.bn1, channels = conv(1, stem), nn.BatchNorm2d(stem), stem
        self.stages = []
        for stage, (width, count) in enumerate(zip(widths, blocks), 1):
            layer = [Block(channels if b == 0 else width, width, 2 if b == 0 else 1, excite) for b in range(count)]
            self.add(f"layer{stage}", nn.Sequential(*layer))
            if masked:
                self.add(f"mask{stage}", Mask(width))
            channels = width
        self.finish(channels, 0.3)

    def add(self, name, module):
        self.add_module(name, module)
        self.stages.append(name)

    def look(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        for name in self.stages:
            x = getattr(self, name)(x)
        return x


SMALL, LARGE = (32, (48, 96, 144)), (48, (80, 160, 256))
NETWORKS = {
    "mien_vgg": lambda: Plain([(24, 32), (64, 64), (96,) * 3, (192,) * 3]),
    "mien_medium_vgg": lambda: Plain([(40, 40), (88, 88), (192,) * 3, (320,) * 3], 0.4),
    "mien_large_vgg": lambda: Plain([(48, 48), (96, 96), (192,) * 3, (320,) * 3], 0.4),
    "mien_res": lambda: Residual(*SMALL, (2, 2, 2), excite=True),
    "mien_large_res": lambda: Residual(*LARGE, (2, 2, 2), excite=True),
    "mien_mask": lambda: Residual(*SMALL, (2, 2, 1), masked=True),
    "mien_large_mask": lambda: Residual(*LARGE, (2, 2, 1), masked=True),
}
