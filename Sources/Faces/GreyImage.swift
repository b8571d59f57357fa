import Core

/// A grey image that owns its pixels: 8 bits each, full range, packed rows.
public struct GreyImage: Hashable, Sendable {
  /// Pixels in a row.
  public let width: Int
  /// Rows.
  public let height: Int
  /// Row after row.
  public let pixels: [UInt8]

  /// `height` rows of `width` pixels.
  public init(width: Int, height: Int, pixels: [UInt8]) {
    precondition(width > 0 && height > 0 && pixels.count == width * height)
    (self.width, self.height, self.pixels) = (width, height, pixels)
  }

  /// A copy of `plane`.
  public init(_ plane: LumaPlane) {
    self.init(
      width: plane.width, height: plane.height,
      pixels: (0..<plane.height).flatMap {
        UnsafeBufferPointer(start: plane.base + $0 * plane.stride, count: plane.width)
      })
  }

  /// Calls `body` with a view of it, which is valid for the call.
  public func withPlane<Result>(_ body: (LumaPlane) throws -> Result) rethrows -> Result {
    try pixels.withUnsafeBufferPointer {
      try body(LumaPlane(base: $0.baseAddress!, width: width, height: height, stride: width))
    }
  }

  /// Half as wide and high, rounded down: means of 2 x 2 pixels.
  public var halved: GreyImage {
    let (across, down) = (max(width / 2, 1), max(height / 2, 1))
    let half = [UInt8](unsafeUninitializedCapacity: across * down) { memory, count in
      withPlane { $0.halve(to: memory.baseAddress!) }
      count = across * down
    }
    return GreyImage(width: across, height: down, pixels: half)
  }
}
