/// The window that a pooling moves over its input.
public struct PoolWindow: Hashable, Sendable, Codable {
  /// Extent of the window.
  public var kernel: Extent
  /// Step between windows.
  public var stride: Extent
  /// Rows and columns outside the image on each side, or above and to the left where `endPadding` differs; fewer than
  /// the kernel has.
  public var padding: Extent
  /// Rows and columns outside the image below and to the right; nil: as many as on the other side.
  public var endPadding: Extent?
  /// Whether a last window that reaches past the padded image counts.
  public var ceilMode: Bool

  /// A window of `kernel`, by default without overlap.
  public init(
    _ kernel: Extent, stride: Extent? = nil, padding: Extent = 0, endPadding: Extent? = nil, ceilMode: Bool = false
  ) {
    self.kernel = kernel
    self.stride = stride ?? kernel
    self.padding = padding
    self.endPadding = endPadding == padding ? nil : endPadding
    self.ceilMode = ceilMode
  }

  /// Rows of the input (clipped to it) under output row `index`.
  func rows(_ index: Int, of height: Int) -> Range<Int> {
    Self.clip(index * stride.height - padding.height, kernel.height, height)
  }

  /// Columns of the input (clipped to it) under output column `index`.
  func columns(_ index: Int, of width: Int) -> Range<Int> {
    Self.clip(index * stride.width - padding.width, kernel.width, width)
  }

  /// Pixels of the padded image under an output pixel.
  func paddedPixels(_ row: Int, _ column: Int, of shape: Shape) -> Int {
    let top = row * stride.height - padding.height
    let left = column * stride.width - padding.width
    return (min(top + kernel.height, shape.height + end.height) - top)
      * (min(left + kernel.width, shape.width + end.width) - left)
  }

  private var end: Extent { endPadding ?? padding }

  private static func clip(_ start: Int, _ extent: Int, _ size: Int) -> Range<Int> {
    max(start, 0)..<min(start + extent, size)
  }

  /// The pooled extent, or nil where the window does not fit.
  func outputShape(_ input: Shape) -> Shape? {
    guard kernel.isPositive, stride.isPositive, padding.isNotNegative, end.isNotNegative,
      max(padding.height, end.height) < kernel.height, max(padding.width, end.width) < kernel.width
    else { return nil }
    let height = count(input.height, kernel.height, stride.height, padding.height, end.height)
    let width = count(input.width, kernel.width, stride.width, padding.width, end.width)
    return height > 0 && width > 0 ? Shape(height: height, width: width, channels: input.channels) : nil
  }

  /// As PyTorch counts: in ceil mode a window that starts past the image and its left padding is dropped.
  private func count(_ size: Int, _ kernel: Int, _ stride: Int, _ start: Int, _ end: Int) -> Int {
    let span = size + start + end - kernel
    guard ceilMode else { return span < 0 ? 0 : span / stride + 1 }
    guard span + stride > 0 else { return 0 }
    let windows = (span + stride - 1) / stride + 1
    return (windows - 1) * stride >= size + start ? windows - 1 : windows
  }
}
