import CFFmpeg

/// One of the eight ways a stored frame may have to be turned to be upright: rows and columns swapped first, then mirrored.
struct Orientation: Hashable, Sendable {
  /// Rows become columns.
  var transposed = false
  /// Left and right change places, in the result.
  var mirroredX = false
  /// Top and bottom change places, in the result.
  var mirroredY = false

  /// As stored.
  static let upright = Orientation()

  /// As stored.
  init() {}

  /// From a display matrix (nine 16.16 numbers, row by row; x' = a x + c y, y' = b x + d y), snapped to quarter turns.
  init(matrix m: UnsafePointer<Int32>) {
    let (a, b, c, d) = (m[0], m[1], m[3], m[4])
    transposed = abs(Int(b)) > abs(Int(a))
    mirroredX = (transposed ? c : a) < 0
    mirroredY = (transposed ? b : d) < 0
  }

  /// Turned further.
  func turned(_ turn: Turn) -> Orientation { turnedLeft(quarters: (360 - turn.rawValue) / 90 % 4) }

  /// Turns `source` into `target`, which has its format and, when transposed, its size swapped.
  func turn(_ source: UnsafeMutablePointer<AVFrame>, to target: UnsafeMutablePointer<AVFrame>, _ layout: PixelLayout) {
    for index in 0..<layout.planes {
      if layout.sampleBytes == 1 {
        turn(Plane<UInt8>(source, index, layout), to: Plane<UInt8>(target, index, layout))
      } else {
        turn(Plane<UInt16>(source, index, layout), to: Plane<UInt16>(target, index, layout))
      }
    }
  }

  private func turn<Sample>(_ source: Plane<Sample>, to target: Plane<Sample>) {
    // Square tiles keep both the rows that are read and those that are written in the cache.
    let tile = transposed ? 32 : max(source.rows, source.columns)
    for top in stride(from: 0, to: target.rows, by: tile) {
      for left in stride(from: 0, to: target.columns, by: tile) {
        turn(source, to: target, top..<min(top + tile, target.rows), left..<min(left + tile, target.columns))
      }
    }
  }

  private func turn<Sample>(
    _ source: Plane<Sample>, to target: Plane<Sample>, _ rows: Range<Int>, _ columns: Range<Int>
  ) {
    let step = transposed ? source.stride : 1
    for y in rows {
      let (from, row) = (mirroredY ? target.rows - 1 - y : y, target.row(y))
      let line = transposed ? source.base + from : source.row(from)
      if mirroredX {
        for x in columns { row[x] = line[(target.columns - 1 - x) * step] }
      } else {
        for x in columns { row[x] = line[x * step] }
      }
    }
  }
}
