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
  @inlinable
  public init(_ base: UnsafePointer<Float>, rows: Int, columns: Int, rowStep: Int, channels: Int) {
    self.base = base
    self.rows = rows
    self.columns = columns
    self.rowStep = rowStep
    self.channels = channels
  }
}
