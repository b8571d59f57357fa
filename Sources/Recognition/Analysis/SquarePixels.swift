import Core

/// Stretches frames whose pixels are not square, so that detectors see faces in their true shape. Keeps its memory.
final class SquarePixels {
  private var bytes: [UInt8] = []

  /// Calls `body` with `luma` in square pixels and the number of its columns for each column of `luma`. The frame grows
  /// across where pixels are wide and shrinks where they are narrow; rows stay.
  func withSquare<Result>(
    _ luma: LumaPlane, pixelAspect: Double, _ body: (LumaPlane, _ scale: Double) throws -> Result
  ) rethrows -> Result {
    let width = SquarePixels.columns(luma.width, pixelAspect)
    guard width != luma.width else { return try body(luma, 1) }
    stretch(luma, to: width)
    return try bytes.withUnsafeBufferPointer { buffer in
      let square = LumaPlane(base: buffer.baseAddress!, width: width, height: luma.height, stride: width)
      return try body(square, Double(width) / Double(luma.width))
    }
  }

  /// Columns of square pixels for a column of a frame `width` pixels wide.
  static func scale(width: Int, pixelAspect: Double) -> Double {
    Double(columns(width, pixelAspect)) / Double(width)
  }

  /// Pixels of a shape that would take all memory, or that is none, are left as they are.
  private static func columns(_ width: Int, _ pixelAspect: Double) -> Int {
    let columns = (Double(width) * pixelAspect).rounded()
    return columns >= 1 && columns <= Double(max(width, widest)) ? Int(columns) : width
  }

  /// Columns that a frame is stretched to at most.
  private static let widest = 65_536

  private func stretch(_ luma: LumaPlane, to width: Int) {
    if bytes.count < width * luma.height { bytes = Array(repeating: 0, count: width * luma.height) }
    let places = (0..<width).map { place($0, from: luma.width, to: width) }
    for row in 0..<luma.height {
      let source = luma.base + row * luma.stride
      for (column, place) in places.enumerated() {
        let (left, right) = (Int(source[place.left]), Int(source[place.right]))
        bytes[row * width + column] = UInt8((left * (256 - place.weight) + right * place.weight + 128) >> 8)
      }
    }
  }

  /// The two source columns whose blend makes a column, and the right one's share of 256.
  private func place(_ column: Int, from: Int, to: Int) -> (left: Int, right: Int, weight: Int) {
    let place = max(0, (Double(column) + 0.5) * Double(from) / Double(to) - 0.5)
    let left = min(Int(place), from - 1)
    return (left, min(left + 1, from - 1), Int((place - Double(left)) * 256))
  }
}
