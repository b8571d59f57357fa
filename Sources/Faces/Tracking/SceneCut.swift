/// Notices cuts: a picture that does not correlate with the one before.
public struct SceneCut: Sendable {
  private var before: [Double] = []

  /// No picture seen yet.
  public init() {}

  private static let columns = 64
  private static let rows = 36
  /// Measured on cut and uncut clips (`docs/faces.md`): cuts stay below 0.25, movement above 0.7 from frame to frame, and above 0.45
  /// where each eighth frame alone is looked at.
  private static let leastCorrelation = 0.35
  /// Mean change in grey values below which nothing is called a cut.
  private static let leastChange = 8.0

  /// Whether a cut lies between the picture before and `luma`.
  public mutating func isCut(_ luma: LumaPlane) -> Bool {
    let now = Self.thumbnail(luma)
    defer { before = now }
    guard !before.isEmpty else { return false }
    return Self.change(before, now) > Self.leastChange && Self.correlation(before, now) < Self.leastCorrelation
  }

  /// Means of cells, each of 4 x 4 pixels spread over it.
  private static func thumbnail(_ luma: LumaPlane) -> [Double] {
    (0..<(columns * rows)).map { cell in
      var sum = 0
      for i in 0..<16 {
        let x = (cell % columns * 4 + i % 4) * luma.width / (columns * 4)
        let y = (cell / columns * 4 + i / 4) * luma.height / (rows * 4)
        sum += Int(luma.base[y * luma.stride + x])
      }
      return Double(sum) / 16
    }
  }

  private static func change(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + abs($1.0 - $1.1) } / Double(a.count)
  }

  /// 0 where either picture is even.
  private static func correlation(_ a: [Double], _ b: [Double]) -> Double {
    let (meanA, meanB) = (a.reduce(0, +) / Double(a.count), b.reduce(0, +) / Double(b.count))
    var (ab, aa, bb) = (0.0, 0.0, 0.0)
    for (x, y) in zip(a, b) {
      ab += (x - meanA) * (y - meanB)
      aa += (x - meanA) * (x - meanA)
      bb += (y - meanB) * (y - meanB)
    }
    return aa > 0 && bb > 0 ? ab / (aa * bb).squareRoot() : 0
  }
}
