import Networks

// Short helpers, one layer a call, in the words that the families share.

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
}
