// Short helpers, one layer a call, in the words that the families share.
import Networks

extension GraphBuilder {
  /// A convolution without bias unless asked for.
  func conv(
    _ x: Value, _ path: String, _ out: Int, _ kernel: Extent, stride: Extent = 1, padding: Extent = 0,
    dilation: Extent = 1, groups: Int = 1, bias: Bool = false
  ) throws(ShapeError) -> Value {
    let operation = Conv2d(
      x, out: out, kernel: kernel, stride: stride, padding: padding, dilation: dilation, groups: groups, bias: bias)
    return try add(operation, path, x)
  }

  /// Batch norm.
  func norm(_ x: Value, _ path: String, eps: Float = 1e-5, momentum: Float = 0.1) throws(ShapeError) -> Value {
    try add(BatchNorm2d(x, eps: eps, momentum: momentum), path, x)
  }

  /// ReLU.
  func relu(_ x: Value) throws(ShapeError) -> Value { try add(ReLU(), "", x) }

  /// A linear layer with bias.
  func linear(_ x: Value, _ path: String, _ out: Int) throws(ShapeError) -> Value {
    try add(Linear(x, out: out), path, x)
  }

  /// The mean of each channel, a vector.
  func globalAverage(_ x: Value) throws(ShapeError) -> Value { try add(AdaptiveAvgPool2d(1), "", x) }

  /// `x * (1 + mask)`.
  func mask(_ x: Value, by mask: Value) throws(ShapeError) -> Value {
    try add(Multiply(), "", x, add(Affine(shift: 1), "", mask))
  }

  /// A convolution called `conv` and its batch norm called `bn`.
  func convNorm(
    _ x: Value, _ path: String, _ out: Int, _ kernel: Extent, stride: Extent = 1, padding: Extent = 0,
    dilation: Extent = 1, groups: Int = 1, bias: Bool = false, eps: Float = 1e-5
  ) throws(ShapeError) -> Value {
    let y = try conv(
      x, "\(path).conv", out, kernel, stride: stride, padding: padding, dilation: dilation, groups: groups, bias: bias)
    return try norm(y, "\(path).bn", eps: eps)
  }

  /// `convNorm` and ReLU.
  func convNormReLU(
    _ x: Value, _ path: String, _ out: Int, _ kernel: Extent, stride: Extent = 1, padding: Extent = 0,
    dilation: Extent = 1, bias: Bool = false, eps: Float = 1e-5
  ) throws(ShapeError) -> Value {
    try relu(
      convNorm(
        x, path, out, kernel, stride: stride, padding: padding, dilation: dilation, bias: bias, eps: eps))
  }

  /// All inputs one after the other along the channels.
  func concat(_ inputs: [Value]) throws(ShapeError) -> Value { try add(Concat(), "", inputs) }

  /// From ImageNet's normalisation to values between -1 and 1, as the networks that Google trained expect
  /// (torchvision's `transform_input`).
  func googleInput() throws(ShapeError) -> Value {
    let (mean, deviation): ([Float], [Float]) = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
    let transform = Affine(scale: deviation.map { $0 / 0.5 }, shift: mean.map { ($0 - 0.5) / 0.5 })
    return try add(transform, "", input)
  }
}

/// The input that most of the zoo takes by default: three channels (grey is repeated), 224 x 224.
let colour224 = Shape(height: 224, width: 224, channels: 3)
