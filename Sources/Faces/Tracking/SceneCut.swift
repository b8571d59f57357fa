import Core

/// Notices where a recording goes on with another scene: at once, or one dissolving into the other.
public struct SceneCut: Sendable {
  /// What lies between an image and those before it.
  public enum Change: Hashable, Sendable {
    /// The same scene.
    case none
    /// The image before belongs to another scene.
    case cut
    /// The scene of some images ago has dissolved into this one, or faded out before it.
    case dissolve
  }

  private var before: Thumbnail?
  /// Mean change in grey values between the last two images of one scene; nil where there are none.
  private var motion: Double?
  private var searched = -Double.infinity
  /// Images of the last seconds, oldest first.
  private var recent: [Thumbnail] = []

  /// No image seen yet.
  public init() {}

  /// Measured on cut and uncut clips (`docs/faces.md`): cuts between unlike scenes stay below 0.25, movement above 0.7 from frame to
  /// frame, and above 0.35 where each eighth frame alone is looked at.
  private static let unlike = (correlation: 0.35, change: 8.0)
  /// Scenes that are laid out alike, as portraits are, need a jump: a change so many times that of the image before, which
  /// movement never is from one frame to the next.
  private static let jump = (correlation: 0.85, change: 20.0, ratio: 8.0, seconds: 0.15)
  /// Scenes that dissolve into each other; what lies between them must be their mixture (`Mixture`).
  private static let dissolve = (correlation: 0.5, change: 12.0)
  /// Seconds within which scenes dissolve.
  private static let lags = Array(stride(from: 0.4, through: 2, by: 0.2))
  /// Seconds between two searches for dissolves, which last longer.
  private static let pause = 0.1
  /// Images that are remembered lie so many seconds apart.
  private static let spacing = 0.039

  /// What lies between the images before and `luma`, the one at `time` (seconds, not going back).
  public mutating func change(to luma: LumaPlane, time: Double) -> Change {
    let now = Thumbnail(luma, time: time)
    let products = before.map { Products($0, now) }
    let change = products.map { compared($0, now) } ?? Change.none
    motion = change == .none ? products?.change : nil
    remember(now, after: change)
    return change
  }

  private mutating func compared(_ products: Products, _ now: Thumbnail) -> Change {
    if products.isBeyond(Self.unlike) || isJump(products, seconds: now.time - before!.time) { return .cut }
    guard now.time - searched >= Self.pause else { return .none }
    searched = now.time
    return Self.lags.contains { isDissolve(into: now, lag: $0) } ? .dissolve : .none
  }

  private func isJump(_ products: Products, seconds: Double) -> Bool {
    guard let motion, seconds <= Self.jump.seconds else { return false }
    return products.isBeyond((Self.jump.correlation, Self.jump.change))
      && products.change > Self.jump.ratio * (motion + 1)
  }

  private mutating func remember(_ now: Thumbnail, after change: Change) {
    before = now
    if change != .none { recent = [] }
    recent.removeAll { $0.time < now.time - Self.lags.last! - 2 * Self.spacing }
    if recent.last.map({ now.time - $0.time >= Self.spacing }) ?? true { recent.append(now) }
  }

  /// Whether the image of `lag` ago is of another scene, and those between are mixtures of that and `now`.
  private func isDissolve(into now: Thumbnail, lag: Double) -> Bool {
    guard let first = recent.last(where: { $0.time <= now.time - lag }),
      Products(first, now).isBeyond(Self.dissolve)
    else { return false }
    let length = now.time - first.time
    let between = recent.filter { $0.time > first.time }
    let mixtures = [0.25, 0.5, 0.75].compactMap { part in
      between.min { abs($0.time - first.time - part * length) < abs($1.time - first.time - part * length) }
        .map { Products(first, now, $0).mixture }
    }
    return Mixture.areDissolve(mixtures) || between.contains { Products(first, now, $0).isFaded }
  }
}

/// An image as the sum of two others.
private struct Mixture {
  /// Weights of the two images.
  var weights = (0.0, 0.0)
  /// Share of the image's contrast that this leaves.
  var rest = 1.0
  /// Its contrast by the mean of theirs. Images laid over each other have less than either; movement leaves it as it is.
  var contrast = 1.0

  /// Whether three images in a row are those of one scene dissolving into another.
  static func areDissolve(_ three: [Mixture]) -> Bool {
    guard three.count == 3, three.allSatisfy({ $0.rest < 0.4 }) else { return false }
    let middle = three[1]
    return min(middle.weights.0, middle.weights.1) > 0.2 && middle.contrast < 0.8
      && three[0].weights.0 > middle.weights.0 && middle.weights.0 > three[2].weights.0
      && three[0].weights.1 < middle.weights.1 && middle.weights.1 < three[2].weights.1
  }
}

/// An image as a few means.
private struct Thumbnail: Sendable {
  static let columns = 64
  static let rows = 36

  let time: Double
  /// Row by row.
  let cells: [Float]
  /// Least and greatest mean of each row, then of each column.
  let bounds: [ClosedRange<Float>]

  /// Means of cells, each of 4 x 4 pixels spread over it.
  init(_ luma: LumaPlane, time: Double) {
    let cells = (0..<Self.columns * Self.rows).map { Self.mean(of: $0, luma) }
    (self.time, self.cells) = (time, cells)
    bounds = (0..<Self.rows + Self.columns).map { Self.bounds(ofLine: $0, cells) }
  }

  private static func bounds(ofLine line: Int, _ cells: [Float]) -> ClosedRange<Float> {
    let isRow = line < rows
    var (low, high) = (Float.infinity, -Float.infinity)
    for place in 0..<(isRow ? columns : rows) {
      let cell = cells[isRow ? line * columns + place : place * columns + line - rows]
      (low, high) = (min(low, cell), max(high, cell))
    }
    return low...high
  }

  private static func mean(of cell: Int, _ luma: LumaPlane) -> Float {
    var sum = 0
    for i in 0..<16 {
      let x = (cell % columns * 4 + i % 4) * luma.width / (columns * 4)
      let y = (cell / columns * 4 + i / 4) * luma.height / (rows * 4)
      sum += Int(luma.base[y * luma.stride + x])
    }
    return Float(sum) / 16
  }
}

extension Thumbnail {
  /// Of the cells in `rows` and `columns`.
  fileprivate func mean(_ rows: Range<Int>, _ columns: Range<Int>) -> Double {
    var sum = 0.0
    for row in rows { for column in columns { sum += Double(cells[row * Self.columns + column]) } }
    return sum / Double(rows.count * columns.count)
  }
}

/// Sums of products of two or three thumbnails, over what lies within bars that are even and the same in all of them.
private struct Products {
  /// Of deviations from the means: a with a, b with b, a with b, and with the third image m.
  private var (aa, bb, ab, ma, mb, mm) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
  /// Mean difference of the first two images.
  private(set) var change = 0.0

  init(_ a: Thumbnail, _ b: Thumbnail, _ third: Thumbnail? = nil) {
    let m = third ?? b
    let (rows, columns) = (
      Self.content(a, b, m, 0, Thumbnail.rows), Self.content(a, b, m, Thumbnail.rows, Thumbnail.columns)
    )
    guard !rows.isEmpty, !columns.isEmpty else { return }
    let (meanA, meanB, meanM) = (a.mean(rows, columns), b.mean(rows, columns), m.mean(rows, columns))
    for row in rows {
      let start = row * Thumbnail.columns
      for cell in start + columns.lowerBound..<start + columns.upperBound {
        change += Double(abs(a.cells[cell] - b.cells[cell]))
        let (x, y) = (Double(a.cells[cell]) - meanA, Double(b.cells[cell]) - meanB)
        let z = Double(m.cells[cell]) - meanM
        (aa, bb, ab) = (aa + x * x, bb + y * y, ab + x * y)
        (ma, mb, mm) = (ma + z * x, mb + z * y, mm + z * z)
      }
    }
    change /= Double(rows.count * columns.count)
  }

  /// Of `count` lines from `start` on those that are left, counted from 0, once those at either end are taken off that are even, and alike in
  /// all three images.
  private static func content(_ a: Thumbnail, _ b: Thumbnail, _ m: Thumbnail, _ start: Int, _ count: Int) -> Range<Int>
  {
    func isBar(_ line: Int) -> Bool {
      let (a, b, m) = (a.bounds[start + line], b.bounds[start + line], m.bounds[start + line])
      return max(a.upperBound, b.upperBound, m.upperBound) - min(a.lowerBound, b.lowerBound, m.lowerBound) < 10
    }
    let lines = 0..<count
    guard let first = lines.first(where: { !isBar($0) }), let last = lines.last(where: { !isBar($0) }) else {
      return 0..<0
    }
    // What lies half on a bar is half a bar.
    let (low, high) = (first == 0 ? 0 : first + 1, last + 1 == count ? count : last)
    return low..<max(low, high)
  }

  /// Whether the first two images are less alike than that, and differ by more.
  func isBeyond(_ limits: (correlation: Double, change: Double)) -> Bool {
    change > limits.change && correlation < limits.correlation
  }

  /// Of the first two images; 0 where either is even.
  var correlation: Double { aa > 0 && bb > 0 ? ab / (aa * bb).squareRoot() : 0 }

  /// The third image as the sum of the first two, by least squares.
  var mixture: Mixture {
    let determinant = aa * bb - ab * ab
    guard determinant > 0, mm > 0 else { return Mixture() }
    let (a, b) = ((ma * bb - mb * ab) / determinant, (mb * aa - ma * ab) / determinant)
    return Mixture(weights: (a, b), rest: (mm - a * ma - b * mb) / mm, contrast: 2 * mm / (aa + bb))
  }

  /// Whether the third image is even, as between fading out and fading in.
  var isFaded: Bool { mm < 0.01 * min(aa, bb) }
}
