import Core
import Kernels

/// Overlapping parts that cover an image, each small enough to be looked at.
///
/// A face that fits into the overlap lies whole in the part that answers for its middle.
struct ImageTiles {
  /// A part of the image, in its pixels.
  struct Tile: Hashable {
    var x: Span
    var y: Span

    /// Whether the part answers for a face with this middle.
    func owns(_ middle: Point) -> Bool { x.own.contains(middle.x) && y.own.contains(middle.y) }
  }

  /// A part of a side.
  struct Span: Hashable {
    var start: Int
    var length: Int
    /// Middles of the faces that it answers for; those of neighbours overlap a little, so that none falls between.
    var own: ClosedRange<Double>
  }

  /// Row by row.
  let tiles: [Tile]

  /// Covers `width` x `height` pixels with parts of at most `side` that share `overlap` with each neighbour.
  init(width: Int, height: Int, side: Int, overlap: Int) {
    precondition(overlap >= 0 && side > overlap)
    let columns = Self.spans(width, side, overlap)
    tiles = Self.spans(height, side, overlap).flatMap { row in columns.map { Tile(x: $0, y: row) } }
  }

  private static func spans(_ length: Int, _ side: Int, _ overlap: Int) -> [Span] {
    let count = max((length - overlap + side - overlap - 1) / (side - overlap), 1)
    let part = (length + (count - 1) * overlap + count - 1) / count
    let starts = (0..<count).map { count == 1 ? 0 : $0 * (length - part) / (count - 1) }
    return starts.indices.map { place in
      let (start, end) = (starts[place], starts[place] + part)
      let from = place == 0 ? -.infinity : Double(start + starts[place - 1] + part) / 2 - Double(overlap) / 16
      let to = place == count - 1 ? .infinity : Double(end + starts[place + 1]) / 2 + Double(overlap) / 16
      return Span(start: start, length: part, own: from...to)
    }
  }
}

extension LumaPlane {
  /// A part of the image, which lies in it.
  func part(x: Int, y: Int, width: Int, height: Int) -> LumaPlane {
    LumaPlane(base: base + y * stride + x, width: width, height: height, stride: stride)
  }
}
