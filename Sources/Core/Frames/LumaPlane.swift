/// The luma plane of a frame: 8 bits a pixel, full range (0 black, 255 white), upright, rows `stride` bytes apart.
///
/// A view: whoever hands it out keeps the memory alive and unchanged while it is used.
/// `@unchecked Sendable`: it is only ever read.
public struct LumaPlane: @unchecked Sendable {
  /// First pixel of the first row.
  public let base: UnsafePointer<UInt8>
  /// Pixels in a row.
  public let width: Int
  /// Rows.
  public let height: Int
  /// Bytes from one row to the next.
  public let stride: Int

  /// A view of `height` rows of `width` pixels.
  public init(base: UnsafePointer<UInt8>, width: Int, height: Int, stride: Int) {
    self.base = base
    self.width = width
    self.height = height
    self.stride = stride
  }
}
