/// A window of pixels in an NHWC image.
public struct PixelWindow {
  /// Its first pixel.
  public var base: UnsafePointer<Float>
  /// Rows and columns; at least one.
  public var rows, columns: Int
  /// Floats from row to row.
  public var rowStep: Int
  /// Channels of a pixel.
  public var channels: Int

  /// A window of `rows` x `columns` at `base`.
  public init(_ base: UnsafePointer<Float>, rows: Int, columns: Int, rowStep: Int, channels: Int) {
    self.base = base
    self.rows = rows
    self.columns = columns
    self.rowStep = rowStep
    self.channels = channels
  }

  /// The pixels of channels `c` on, combined in order of rows and columns.
  @inline(__always)
  func reduce(_ start: V8, _ c: Int, count: Int, _ combine: (V8, V8) -> V8) -> V8 {
    var result = start
    for row in 0..<rows {
      var pixel = base + row * rowStep + c
      for _ in 0..<columns {
        result = combine(result, count < 8 ? pixel.partialVector(0, count: count) : pixel.vector())
        pixel += channels
      }
    }
    return result
  }

  @inline(__always)
  func write(_ y: UnsafeMutablePointer<Float>, _ value: (_ c: Int, _ count: Int) -> V8) {
    let whole = channels & ~7
    for c in stride(from: 0, to: whole, by: 8) { y.store(value(c, 8), c) }
    if whole < channels { y.storePartial(value(whole, channels - whole), whole, count: channels - whole) }
  }
}

/// The largest of each channel over a window; NaN where it holds one.
public func windowMaximum(_ window: PixelWindow, _ y: UnsafeMutablePointer<Float>) {
  window.write(y) { c, count in
    window.reduce(V8(repeating: -.infinity), c, count: count) { a, b in
      a.replacing(with: b, where: (a .< b) .| (b .!= b))
    }
  }
}

/// The sum of each channel over a window, times `scale`.
public func windowSum(_ window: PixelWindow, scale: Float, _ y: UnsafeMutablePointer<Float>) {
  window.write(y) { c, count in window.reduce(.zero, c, count: count, +) * scale }
}
