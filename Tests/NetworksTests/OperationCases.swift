import Networks
import Testing

/// An operation on given inputs, and the PyTorch expression that it must equal.
struct OperationCase: Sendable, CustomTestStringConvertible {
  var operation: any Operation
  var inputs: [Shape]
  /// In Python: `x` are the inputs (NCHW), `p` the parameters.
  var expression: String

  init(_ operation: any Operation, _ inputs: Shape..., equals expression: String) {
    self.operation = operation
    self.inputs = inputs
    self.expression = expression
  }

  var testDescription: String { "\(type(of: operation).name): \(expression)" }
}

private func map(_ height: Int, _ width: Int, _ channels: Int) -> Shape {
  Shape(height: height, width: width, channels: channels)
}

private func value(_ shape: Shape) -> Value { GraphBuilder("", input: shape).input }

private func conv(
  _ x: Shape, _ out: Int, _ kernel: Extent, stride: Extent = 1, padding: Extent = 0, dilation: Extent = 1,
  groups: Int = 1, bias: Bool = true
) -> OperationCase {
  let operation = Conv2d(
    value(x), out: out, kernel: kernel, stride: stride, padding: padding, dilation: dilation, groups: groups,
    bias: bias)
  let settings =
    "stride=\(pair(stride)), padding=\(pair(padding)), dilation=\(pair(dilation)), groups=\(groups)"
  return OperationCase(operation, x, equals: "F.conv2d(x[0], p[0], \(bias ? "p[1]" : "None"), \(settings))")
}

private func transposed(
  _ x: Shape, _ out: Int, _ kernel: Extent, stride: Extent, padding: Extent = 0, groups: Int = 1
) -> OperationCase {
  let operation = ConvTranspose2d(
    value(x), out: out, kernel: kernel, stride: stride, padding: padding, groups: groups)
  let settings = "stride=\(pair(stride)), padding=\(pair(padding)), groups=\(groups)"
  return OperationCase(operation, x, equals: "F.conv_transpose2d(x[0], p[0], p[1], \(settings))")
}

private func pair(_ extent: Extent) -> String { "(\(extent.height), \(extent.width))" }

private let normCall = "F.batch_norm(x[0], p[2], p[3], p[0], p[1], eps="

/// Every operation in each of its settings.
let operationCases: [OperationCase] = [
  conv(map(7, 9, 3), 8, 3, padding: 1),
  conv(map(8, 5, 16), 24, 3, stride: 2, padding: 1, bias: false),
  conv(map(9, 11, 6), 4, Extent(1, 7), padding: Extent(0, 3)),
  conv(map(11, 9, 6), 4, Extent(7, 1), stride: Extent(2, 1), padding: Extent(3, 0)),
  conv(map(13, 13, 4), 6, 3, padding: 4, dilation: 4),
  conv(map(9, 9, 8), 8, 5, stride: 2, padding: 2, groups: 8),
  conv(map(6, 6, 8), 12, 3, padding: 1, groups: 4),
  conv(map(5, 5, 17), 9, 1),
  transposed(map(5, 4, 6), 8, 2, stride: 2),
  transposed(map(4, 5, 6), 4, 4, stride: 2, padding: 1),
  transposed(map(3, 3, 4), 6, 3, stride: Extent(2, 1), groups: 2),
  OperationCase(BatchNorm2d(value(map(4, 5, 7))), map(4, 5, 7), equals: normCall + "1e-5)"),
  OperationCase(BatchNorm2d(value(map(1, 1, 9)), eps: 1e-3), map(1, 1, 9), equals: normCall + "1e-3)"),
  OperationCase(
    Linear(value(map(1, 1, 33)), out: 7), map(1, 1, 33), equals: "F.linear(x[0].flatten(1), p[0], p[1])"),
  OperationCase(
    Linear(value(map(1, 1, 8)), out: 5, bias: false), map(1, 1, 8), equals: "F.linear(x[0].flatten(1), p[0])"),
  OperationCase(MaxPool2d(2), map(7, 5, 5), equals: "F.max_pool2d(x[0], 2)"),
  OperationCase(
    MaxPool2d(3, stride: 2, padding: 1), map(8, 9, 8), equals: "F.max_pool2d(x[0], 3, 2, padding=1)"),
  OperationCase(
    MaxPool2d(3, stride: 2, ceilMode: true), map(8, 10, 8), equals: "F.max_pool2d(x[0], 3, 2, ceil_mode=True)"),
  OperationCase(
    MaxPool2d(3, stride: 2, ceilMode: true), map(2, 2, 3), equals: "F.max_pool2d(x[0], 3, 2, ceil_mode=True)"),
  OperationCase(
    MaxPool2d(2, stride: 3, padding: 1, ceilMode: true), map(4, 7, 3),
    equals: "F.max_pool2d(x[0], 2, 3, padding=1, ceil_mode=True)"),
  OperationCase(AvgPool2d(2), map(6, 7, 9), equals: "F.avg_pool2d(x[0], 2)"),
  OperationCase(
    AvgPool2d(3, stride: 1, padding: 1), map(5, 6, 4), equals: "F.avg_pool2d(x[0], 3, 1, padding=1)"),
  OperationCase(
    AvgPool2d(3, stride: 2, padding: 1, ceilMode: true), map(6, 8, 4),
    equals: "F.avg_pool2d(x[0], 3, 2, padding=1, ceil_mode=True)"),
  OperationCase(
    AvgPool2d(3, stride: 1, padding: 1, countIncludePad: false), map(5, 6, 4),
    equals: "F.avg_pool2d(x[0], 3, 1, padding=1, count_include_pad=False)"),
  OperationCase(AdaptiveAvgPool2d(1), map(7, 6, 5), equals: "F.adaptive_avg_pool2d(x[0], 1)"),
  OperationCase(AdaptiveAvgPool2d(Extent(2, 3)), map(5, 7, 4), equals: "F.adaptive_avg_pool2d(x[0], (2, 3))"),
  OperationCase(AdaptiveAvgPool2d(6), map(1, 4, 3), equals: "F.adaptive_avg_pool2d(x[0], 6)"),
  OperationCase(AdaptiveMaxPool2d(1), map(7, 6, 5), equals: "F.adaptive_max_pool2d(x[0], 1)"),
  OperationCase(AdaptiveMaxPool2d(Extent(3, 2)), map(5, 7, 4), equals: "F.adaptive_max_pool2d(x[0], (3, 2))"),
  OperationCase(ReLU(), map(3, 4, 5), equals: "F.relu(x[0])"),
  OperationCase(SiLU(), map(3, 4, 5), equals: "F.silu(x[0])"),
  OperationCase(Sigmoid(), map(3, 4, 5), equals: "torch.sigmoid(x[0])"),
  OperationCase(Softmax(), map(3, 4, 9), equals: "torch.softmax(x[0], dim=1)"),
  OperationCase(Add(), map(3, 4, 5), map(3, 4, 5), equals: "x[0] + x[1]"),
  OperationCase(Add(), map(1, 1, 5), map(3, 4, 1), equals: "x[0] + x[1]"),
  OperationCase(Multiply(), map(3, 4, 5), map(3, 4, 5), equals: "x[0] * x[1]"),
  OperationCase(Multiply(), map(3, 4, 5), map(1, 1, 5), equals: "x[0] * x[1]"),
  OperationCase(Multiply(), map(3, 4, 5), map(3, 4, 1), equals: "x[0] * x[1]"),
  OperationCase(Affine(scale: 0.5, shift: 1), map(3, 4, 5), equals: "x[0] * 0.5 + 1"),
  OperationCase(
    Affine(scale: [2, 3], shift: [-1, 0.25]), map(3, 4, 2),
    equals: "x[0] * torch.tensor([2, 3.0]).view(1, 2, 1, 1) + torch.tensor([-1, 0.25]).view(1, 2, 1, 1)"),
  OperationCase(Concat(), map(3, 4, 5), map(3, 4, 1), map(3, 4, 8), equals: "torch.cat(x, 1)"),
  OperationCase(Slice(channels: 2..<5), map(3, 4, 7), equals: "x[0][:, 2:5]"),
  OperationCase(Slice(rows: 1..<3, columns: 0..<2), map(4, 4, 3), equals: "x[0][:, :, 1:3, 0:2]"),
  OperationCase(
    ZeroPad2d(top: 1, bottom: 2, left: 0, right: 3), map(3, 4, 5), equals: "F.pad(x[0], (0, 3, 1, 2))"),
  OperationCase(
    Upsample(to: Extent(10, 14), alignCorners: false), map(5, 7, 3),
    equals: "F.interpolate(x[0], size=(10, 14), mode='bilinear', align_corners=False)"),
  OperationCase(
    Upsample(to: Extent(9, 4), alignCorners: true), map(5, 7, 3),
    equals: "F.interpolate(x[0], size=(9, 4), mode='bilinear', align_corners=True)"),
  OperationCase(
    Upsample(to: Extent(1, 5), alignCorners: true), map(3, 2, 3),
    equals: "F.interpolate(x[0], size=(1, 5), mode='bilinear', align_corners=True)"),
  OperationCase(ChannelMean(), map(3, 4, 7), equals: "x[0].mean(1, keepdim=True)"),
  OperationCase(ChannelMax(), map(3, 4, 7), equals: "x[0].amax(1, keepdim=True)"),
  OperationCase(
    LocalResponseNorm(size: 5, alpha: 0.5), map(3, 4, 9), equals: "F.local_response_norm(x[0], 5, alpha=0.5)"),
  OperationCase(
    LocalResponseNorm(size: 4, alpha: 0.1, beta: 0.5, k: 2), map(3, 4, 6),
    equals: "F.local_response_norm(x[0], 4, 0.1, 0.5, 2)"),
  OperationCase(Dropout(0.4), map(3, 4, 5), equals: "F.dropout(x[0], 0.4, training=False)"),
  OperationCase(Flatten(), map(3, 4, 5), equals: "x[0].flatten(1)"),
  OperationCase(ELU(alpha: 0.7), map(3, 4, 5), equals: "F.elu(x[0], 0.7)"),
  OperationCase(LeakyReLU(slope: 0.2), map(3, 4, 5), equals: "F.leaky_relu(x[0], 0.2)"),
  OperationCase(PReLU(slopes: 5), map(3, 4, 5), equals: "F.prelu(x[0], p[0])"),
  OperationCase(PReLU(), map(3, 4, 5), equals: "F.prelu(x[0], p[0])"),
  OperationCase(GELU(), map(3, 4, 5), equals: "F.gelu(x[0])"),
  OperationCase(GELU(approximate: true), map(3, 4, 5), equals: "F.gelu(x[0], approximate='tanh')"),
  OperationCase(Tanh(), map(3, 4, 5), equals: "torch.tanh(x[0])"),
  OperationCase(Erf(), map(3, 4, 5), equals: "torch.erf(x[0])"),
  OperationCase(Exponential(), map(3, 4, 5), equals: "torch.exp(x[0])"),
  OperationCase(Softplus(), map(3, 4, 5), equals: "F.softplus(x[0])"),
  OperationCase(Absolute(), map(3, 4, 5), equals: "torch.abs(x[0])"),
  OperationCase(Clamp(-0.5, 1), map(3, 4, 5), equals: "torch.clamp(x[0], -0.5, 1)"),
  OperationCase(Clamp(nil, 0.25), map(3, 4, 5), equals: "torch.clamp(x[0], max=0.25)"),
  OperationCase(Power(2), map(3, 4, 5), equals: "x[0] ** 2"),
  OperationCase(Power(-1), map(3, 4, 5), equals: "1 / x[0]"),
  OperationCase(Power(3), map(3, 4, 5), equals: "x[0] ** 3"),
  OperationCase(
    GroupNorm(value(map(4, 5, 6)), groups: 3), map(4, 5, 6), equals: "F.group_norm(x[0], 3, p[0], p[1])"),
  OperationCase(
    GroupNorm(value(map(4, 5, 9)), groups: 9, eps: 1e-3), map(4, 5, 9),
    equals: "F.instance_norm(x[0], weight=p[0], bias=p[1], eps=1e-3)"),
  OperationCase(
    LayerNorm(value(map(4, 5, 9))), map(4, 5, 9),
    equals: "F.layer_norm(x[0].permute(0, 2, 3, 1), (9,), p[0], p[1]).permute(0, 3, 1, 2)"),
  OperationCase(Expand(to: map(3, 4, 5)), map(3, 1, 5), equals: "x[0].expand(-1, -1, -1, 4)"),
  OperationCase(Expand(to: map(3, 4, 3)), map(3, 4, 1), equals: "x[0].expand(-1, 3, -1, -1)"),
  OperationCase(
    Select(rows: [2, 0, 0], columns: [1, 3], channels: [4, 4, 0]), map(3, 4, 5),
    equals: "x[0][:, [4, 4, 0]][:, :, [2, 0, 0]][:, :, :, [1, 3]]"),
  OperationCase(
    Permute([3, 4, 2, 3], order: [0, 1, 3, 2], output: map(3, 4, 6)), map(3, 4, 6),
    equals: "F.channel_shuffle(x[0], 2)"),
  OperationCase(Permute(to: map(1, 12, 5)), map(3, 4, 5), equals: "x[0].flatten(2)[:, :, None]"),
]
