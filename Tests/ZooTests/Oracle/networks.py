"""Plain PyTorch definitions of what torchvision lacks. Forwards return every output, the main one first."""
import math

import torch
import torch.nn as nn
import torch.nn.functional as F
import torchvision.models as tv
from torchvision.models.resnet import BasicBlock, ResNet


def conv_norm(cin, cout, kernel, stride=1, padding=0, dilation=1, groups=1, bias=False, eps=1e-5, act=None):
    parts = nn.Sequential()
    conv = nn.Conv2d(cin, cout, kernel, stride, padding, dilation, groups, bias)
    parts.add_module("conv", conv)
    parts.add_module("bn", nn.BatchNorm2d(cout, eps=eps))
    if act is not None:
        parts.add_module("act", act)
    return parts


# --- residual masking -------------------------------------------------------------------------------------------


class Masking(nn.Module):
    def __init__(self, width, levels):
        super().__init__()
        self.levels = levels
        channels = [width << level for level in range(levels + 1)]
        for index, (cin, cout) in enumerate(zip(channels, channels[1:]), 1):
            self.add_block(index, cin, cout)
        for index in range(levels + 1, 2 * levels + 1):
            cin = channels[2 * levels - index + 1]
            self.add_block(index, cin, cin // 2)
            if index < 2 * levels:
                up = nn.ConvTranspose2d(cin, cin // 2, 2, 2)
                self.add_module(f"up_pool{index}", nn.Sequential(up, nn.BatchNorm2d(cin // 2), nn.ReLU()))

    def add_block(self, index, cin, cout):
        down = nn.Sequential(nn.Conv2d(cin, cout, 1, bias=False), nn.BatchNorm2d(cout))
        self.add_module(f"downsample{index}", down)
        self.add_module(f"conv{index}", BasicBlock(cin, cout, downsample=down))

    def forward(self, x):
        block = lambda index, x: getattr(self, f"conv{index}")(x)  # noqa: E731
        skips = [block(1, x)]
        for index in range(2, self.levels + 1):
            skips.append(block(index, F.max_pool2d(skips[-1], 2)))
        x = skips.pop()
        for index in range(self.levels + 1, 2 * self.levels):
            x = block(index, torch.cat([getattr(self, f"up_pool{index}")(x), skips.pop()], 1))
        return torch.softmax(block(2 * self.levels, x), 1)


class ResMasking(ResNet):
    def __init__(self, classes, dropout):
        super().__init__(BasicBlock, [3, 4, 6, 3])
        head = nn.Linear(512, classes)
        self.fc = nn.Sequential(nn.Dropout(0.4), head) if dropout else head
        for stage in range(4):
            self.add_module(f"mask{stage + 1}", Masking(64 << stage, 4 - stage))

    def forward(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        for stage in range(1, 5):
            x = getattr(self, f"layer{stage}")(x)
            x = x * (1 + getattr(self, f"mask{stage}")(x))
        return self.fc(x.mean((2, 3)))


# --- ResNet-50 with attention (pytorchcv's names) -----------------------------------------------------------------


class MLP(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.fc1 = nn.Linear(channels, channels // 16)
        self.fc2 = nn.Linear(channels // 16, channels)

    def forward(self, x):
        return self.fc2(F.relu(self.fc1(x)))


class CBAM(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.ch_gate = nn.Module()
        self.ch_gate.mlp = MLP(channels)
        self.sp_gate = nn.Module()
        self.sp_gate.conv = conv_norm(2, 1, 7, padding=3)

    def forward(self, x):
        gate = self.ch_gate.mlp(x.mean((2, 3))) + self.ch_gate.mlp(x.amax((2, 3)))
        x = x * torch.sigmoid(gate)[:, :, None, None]
        both = torch.cat([x.amax(1, keepdim=True), x.mean(1, keepdim=True)], 1)
        return x * torch.sigmoid(self.sp_gate.conv(both))


class Dense(nn.Module):
    def __init__(self, cin, cout):
        super().__init__()
        self.fc = nn.Linear(cin, cout)
        self.bn = nn.BatchNorm1d(cout)

    def forward(self, x):
        return F.relu(self.bn(self.fc(x)))


class BAM(nn.Module):
    def __init__(self, channels):
        super().__init__()
        narrow = channels // 16
        self.ch_att = nn.Module()
        self.ch_att.init_fc = Dense(channels, narrow)
        self.ch_att.final_fc = nn.Linear(narrow, channels)
        self.sp_att = nn.Module()
        self.sp_att.init_conv = conv_norm(channels, narrow, 1, bias=True, act=nn.ReLU())
        self.sp_att.dil_convs = nn.Sequential()
        for index in (1, 2):
            conv = conv_norm(narrow, narrow, 3, padding=4, dilation=4, bias=True, act=nn.ReLU())
            self.sp_att.dil_convs.add_module(f"conv{index}", conv)
        self.sp_att.final_conv = nn.Conv2d(narrow, 1, 1)

    def forward(self, x):
        channel = self.ch_att.final_fc(self.ch_att.init_fc(x.mean((2, 3))))[:, :, None, None]
        spatial = self.sp_att.final_conv(self.sp_att.dil_convs(self.sp_att.init_conv(x)))
        return x * (1 + torch.sigmoid(channel * spatial))


class Body(nn.Sequential):
    def __init__(self, cin, width, stride):
        super().__init__()
        self.add_module("conv1", conv_norm(cin, width, 1, act=nn.ReLU()))
        self.add_module("conv2", conv_norm(width, width, 3, stride, 1, act=nn.ReLU()))
        self.add_module("conv3", conv_norm(width, 4 * width, 1))


class ResUnit(nn.Module):
    def __init__(self, cin, width, stride, cbam=False):
        super().__init__()
        self.body = Body(cin, width, stride)
        if cin != 4 * width or stride != 1:
            self.identity_conv = conv_norm(cin, 4 * width, 1, stride)
        if cbam:
            self.cbam = CBAM(4 * width)

    def forward(self, x):
        y = self.body(x)
        y = self.cbam(y) if hasattr(self, "cbam") else y
        return F.relu(y + (self.identity_conv(x) if hasattr(self, "identity_conv") else x))


class BamUnit(nn.Module):
    def __init__(self, cin, width, stride):
        super().__init__()
        if stride != 1:
            self.bam = BAM(cin)
        self.res_unit = ResUnit(cin, width, stride)

    def forward(self, x):
        return self.res_unit(self.bam(x) if hasattr(self, "bam") else x)


class AttentionResNet(nn.Module):
    def __init__(self, unit, classes):
        super().__init__()
        self.features = nn.Sequential()
        init = nn.Sequential()
        init.add_module("conv", conv_norm(3, 64, 7, 2, 3, act=nn.ReLU()))
        init.add_module("pool", nn.MaxPool2d(3, 2, 1))
        self.features.add_module("init_block", init)
        cin = 64
        for stage, depth in enumerate([3, 4, 6, 3]):
            units = nn.Sequential()
            for index in range(depth):
                units.add_module(f"unit{index + 1}", unit(cin, 64 << stage, 2 if stage and not index else 1))
                cin = 256 << stage
            self.features.add_module(f"stage{stage + 1}", units)
        self.output = nn.Linear(2048, classes)

    def forward(self, x):
        return self.output(self.features(x).mean((2, 3)))


# --- EfficientNet-B2 with TensorFlow's padding (pytorchcv's names) -----------------------------------------------


class SamePad(nn.Module):
    def __init__(self, kernel, stride):
        super().__init__()
        self.kernel, self.stride = kernel, stride

    def forward(self, x):
        total = [max((math.ceil(n / self.stride) - 1) * self.stride + self.kernel - n, 0) for n in x.shape[2:]]
        (top, left) = (total[0] // 2, total[1] // 2)
        return F.pad(x, (left, total[1] - left, top, total[0] - top))


def same_unit(cin, cout, kernel, stride=1, groups=1):
    unit = conv_norm(cin, cout, kernel, stride, groups=groups, eps=1e-3, act=nn.SiLU())
    unit.register_forward_pre_hook(lambda module, x, pad=SamePad(kernel, stride): (pad(x[0]),))
    return unit


class Excite(nn.Module):
    def __init__(self, channels, narrow):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, narrow, 1)
        self.conv2 = nn.Conv2d(narrow, channels, 1)

    def forward(self, x):
        return x * torch.sigmoid(self.conv2(F.silu(self.conv1(x.mean((2, 3), keepdim=True)))))


class MBConv(nn.Module):
    def __init__(self, parts, residual):
        super().__init__()
        self.residual = residual
        for name, part in parts.items():
            self.add_module(name, part)

    def forward(self, x):
        y = x
        for part in self.children():
            y = part(y)
        return x + y if self.residual else y


def separable(cin, cout):
    return MBConv({"dw_conv": same_unit(cin, cin, 3, groups=cin), "se": Excite(cin, cin // 4),
                   "pw_conv": conv_norm(cin, cout, 1, eps=1e-3)}, cin == cout)


def inverted(cin, cout, kernel, stride):
    wide = cin * 6
    return MBConv({"conv1": conv_norm(cin, wide, 1, eps=1e-3, act=nn.SiLU()),
                   "conv2": same_unit(wide, wide, kernel, stride, groups=wide), "se": Excite(wide, cin // 4),
                   "conv3": conv_norm(wide, cout, 1, eps=1e-3)}, cin == cout and stride == 1)


class EfficientNetB2(nn.Module):
    STAGES = [[(24, 3)] * 3, [(48, 5)] * 3, [(88, 3)] * 4 + [(120, 5)] * 4, [(208, 5)] * 5 + [(352, 3)] * 2]

    def __init__(self, classes):
        super().__init__()
        self.features = nn.Sequential()
        init = nn.Sequential()
        init.add_module("conv", same_unit(3, 32, 3, 2))
        self.features.add_module("init_block", init)
        first = nn.Sequential()
        first.add_module("unit1", separable(32, 16))
        first.add_module("unit2", separable(16, 16))
        self.features.add_module("stage1", first)
        cin = 16
        for number, stage in enumerate(self.STAGES, 2):
            units = nn.Sequential()
            for index, (cout, kernel) in enumerate(stage):
                units.add_module(f"unit{index + 1}", inverted(cin, cout, kernel, 1 if index else 2))
                cin = cout
            self.features.add_module(f"stage{number}", units)
        self.features.add_module("final_block", conv_norm(cin, 1408, 1, eps=1e-3, act=nn.SiLU()))
        self.output = nn.Sequential(nn.Dropout(0.3), nn.Linear(1408, classes))

    def forward(self, x):
        return self.output(self.features(x).mean((2, 3)))


# --- ResNet-50 of VGGFace2 ----------------------------------------------------------------------------------------


class VGGFace(nn.Module):
    DEPTHS = [3, 4, 6, 3]

    def __init__(self, classes):
        super().__init__()
        self.unit("conv1_7x7_s2", 3, 64, 7, 2, 3)
        cin = 64
        for stage, index, path in self.blocks():
            width, stride = 64 << stage, 2 if stage and index == 1 else 1
            self.unit(f"{path}_1x1_reduce", cin, width, 1, stride)
            self.unit(f"{path}_3x3", width, width, 3, 1, 1)
            self.unit(f"{path}_1x1_increase", width, 4 * width, 1)
            if index == 1:
                self.unit(f"{path}_1x1_proj", cin, 4 * width, 1, stride)
            cin = 4 * width
        self.classifier = nn.Conv2d(2048, classes, 1)

    def blocks(self):
        for stage, depth in enumerate(self.DEPTHS):
            for index in range(1, depth + 1):
                yield stage, index, f"conv{stage + 2}_{index}"

    def unit(self, path, cin, cout, kernel, stride=1, padding=0):
        self.add_module(path, nn.Conv2d(cin, cout, kernel, stride, padding, bias=False))
        self.add_module(f"{path}_bn", nn.BatchNorm2d(cout))

    def run(self, path, x):
        return getattr(self, f"{path}_bn")(getattr(self, path)(x))

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.run("conv1_7x7_s2", x)), 3, 2, ceil_mode=True)
        for _, index, path in self.blocks():
            y = F.relu(self.run(f"{path}_1x1_reduce", x))
            y = self.run(f"{path}_1x1_increase", F.relu(self.run(f"{path}_3x3", y)))
            x = F.relu(y + (self.run(f"{path}_1x1_proj", x) if index == 1 else x))
        return self.classifier(x.mean((2, 3), keepdim=True)).flatten(1)


# --- Mien's compact nets ------------------------------------------------------------------------------------------


class TwoHeads(nn.Module):
    def __init__(self, features, classes):
        super().__init__()
        self.classifier = nn.Linear(features, classes)
        self.votes = nn.Linear(features, 8)

    def heads(self, x):
        return self.classifier(x), self.votes(x)


def plain_layers(groups, last_pool):
    layers, cin = [], 1
    for number, group in enumerate(groups):
        for cout in group:
            layers += [nn.Conv2d(cin, cout, 3, padding=1, bias=False), nn.BatchNorm2d(cout), nn.ReLU()]
            cin = cout
        if last_pool or number < len(groups) - 1:
            layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers)


class Plain(TwoHeads):
    def __init__(self, classes, groups, last_pool):
        super().__init__(4 * groups[-1][-1], classes)
        self.features = plain_layers(groups, last_pool)
        self.last_pool = last_pool

    def forward(self, x):
        x = self.features(x)
        return self.heads((x if self.last_pool else F.adaptive_avg_pool2d(x, 2)).flatten(1))


class SqueezeExcite(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.fc1 = nn.Linear(channels, channels // 8)
        self.fc2 = nn.Linear(channels // 8, channels)

    def forward(self, x):
        return x * torch.sigmoid(self.fc2(F.relu(self.fc1(x.mean((2, 3))))))[:, :, None, None]


class CompactBlock(BasicBlock):
    def __init__(self, cin, cout, stride, excite):
        down = nn.Sequential(nn.Conv2d(cin, cout, 1, stride, bias=False), nn.BatchNorm2d(cout))
        super().__init__(cin, cout, stride, down if cin != cout or stride != 1 else None)
        if excite:
            self.se = SqueezeExcite(cout)

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        y = self.se(y) if hasattr(self, "se") else y
        return F.relu(y + (x if self.downsample is None else self.downsample(x)))


class Hourglass(nn.Module):
    def __init__(self, channels):
        super().__init__()
        narrow = channels // 2
        self.reduce, self.reduce_bn = nn.Conv2d(channels, narrow, 1, bias=False), nn.BatchNorm2d(narrow)
        self.conv1, self.bn1 = nn.Conv2d(narrow, narrow, 3, padding=1, bias=False), nn.BatchNorm2d(narrow)
        self.conv2, self.bn2 = nn.Conv2d(narrow, narrow, 3, padding=1, bias=False), nn.BatchNorm2d(narrow)
        self.expand, self.expand_bn = nn.Conv2d(narrow, channels, 1, bias=False), nn.BatchNorm2d(channels)

    def forward(self, x):
        fine = F.relu(self.reduce_bn(self.reduce(x)))
        y = F.relu(self.bn1(self.conv1(F.max_pool2d(fine, 2))))
        y = F.relu(self.bn2(self.conv2(y)))
        y = F.interpolate(y, size=x.shape[2:], mode="bilinear", align_corners=False)
        return torch.sigmoid(self.expand_bn(self.expand(y + fine)))


class Compact(TwoHeads):
    def __init__(self, classes, blocks, excite, masks, stem=32, widths=(48, 96, 144)):
        super().__init__(4 * widths[-1], classes)
        self.conv1, self.bn1 = nn.Conv2d(1, stem, 3, padding=1, bias=False), nn.BatchNorm2d(stem)
        cin = stem
        for stage, (width, depth) in enumerate(zip(widths, blocks), 1):
            units = [CompactBlock(width if i else cin, width, 1 if i else 2, excite) for i in range(depth)]
            self.add_module(f"layer{stage}", nn.Sequential(*units))
            if masks:
                self.add_module(f"mask{stage}", Hourglass(width))
            cin = width

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        for stage in (1, 2, 3):
            x = getattr(self, f"layer{stage}")(x)
            if hasattr(self, f"mask{stage}"):
                x = x * (1 + getattr(self, f"mask{stage}")(x))
        return self.heads(F.adaptive_avg_pool2d(x, 2).flatten(1))


# --- torchvision's networks with auxiliary heads ------------------------------------------------------------------


def with_auxiliary(model, taps):
    """Evaluates auxiliary heads too, which torchvision does in training alone: `taps` maps a layer to its head."""
    found = {}
    for layer, head in taps.items():
        getattr(model, layer).register_forward_hook(lambda m, i, y, head=head: found.__setitem__(head, y))
    forward = model._forward

    def everything(x):
        logits = forward(model._transform_input(x))[0]
        return (logits, *(getattr(model, head)(found[head]) for head in taps.values() if fits(head, found[head])))

    model.forward = everything
    return model


def fits(head, x):
    return head != "AuxLogits" or min(x.shape[2:]) >= 17


def googlenet(classes):
    model = tv.googlenet(weights=None, num_classes=classes, transform_input=True, aux_logits=True, init_weights=False)
    return with_auxiliary(model, {"inception4a": "aux1", "inception4d": "aux2"})


def inception(classes):
    model = tv.inception_v3(
        weights=None, num_classes=classes, transform_input=True, aux_logits=True, init_weights=False)
    return with_auxiliary(model, {"Mixed_6e": "AuxLogits"})


def vision(name):
    return lambda classes: getattr(tv, name)(weights=None, num_classes=classes)


STARTER = [[24, 24], [48, 48], [96, 96, 96], [192, 192, 192]]
MIEN_VGG = [[24, 32], [64, 64], [96, 96, 96], [192, 192, 192]]
MIEN_MEDIUM_VGG = [[40, 40], [88, 88], [192, 192, 192], [320, 320, 320]]
MIEN_LARGE_VGG = [[48, 48], [96, 96], [192, 192, 192], [320, 320, 320]]

NETWORKS = {
    "alexnet": vision("alexnet"),
    "vgg19": vision("vgg19_bn"),
    "resnet18": vision("resnet18"),
    "resnet34": vision("resnet34"),
    "resnet50": vision("resnet50"),
    "resnet101": vision("resnet101"),
    "resnet152": vision("resnet152"),
    "densenet121": vision("densenet121"),
    "googlenet": googlenet,
    "inception_v3": inception,
    "cbam_resnet50": lambda classes: AttentionResNet(lambda *at: ResUnit(*at, cbam=True), classes),
    "bam_resnet50": lambda classes: AttentionResNet(BamUnit, classes),
    "efficientnet_b2b": EfficientNetB2,
    "resmasking": lambda classes: ResMasking(classes, dropout=False),
    "resmasking_dropout1": lambda classes: ResMasking(classes, dropout=True),
    "resnet50_pretrained_vgg": VGGFace,
    "vgg_small": lambda classes: Plain(classes, STARTER, last_pool=True),
    "mien_vgg": lambda classes: Plain(classes, MIEN_VGG, last_pool=False),
    "mien_res": lambda classes: Compact(classes, [2, 2, 2], excite=True, masks=False),
    "mien_medium_vgg": lambda classes: Plain(classes, MIEN_MEDIUM_VGG, last_pool=False),
    "mien_large_vgg": lambda classes: Plain(classes, MIEN_LARGE_VGG, last_pool=False),
    "mien_large_res": lambda classes: Compact(classes, [2, 2, 2], excite=True, masks=False, stem=48, widths=(80, 160, 256)),
    "mien_mask": lambda classes: Compact(classes, [2, 2, 1], excite=False, masks=True),
    "mien_large_mask": lambda classes: Compact(classes, [2, 2, 1], excite=False, masks=True, stem=48, widths=(80, 160, 256)),
}
