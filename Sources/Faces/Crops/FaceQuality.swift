/// How well a face can be read, from its box and crop.
public struct FaceQuality: Hashable, Sendable {
  /// What speaks against reading it.
  public enum Fault: String, Sendable, CaseIterable {
    /// Too few pixels.
    case tooSmall
    /// Out of focus, or moved.
    case blurred
    /// Too little light, or no contrast.
    case dark
    /// Seen from the side.
    case turned
  }

  /// 0 (unreadable) to 1.
  public let value: Double
  /// The gravest fault where `value` is below `FaceQuality.least`; nil above.
  public let fault: Fault?

  /// Below this a face is not read.
  public static let least = 0.25

  /// Judges `crop`, `size` x `size` grey pixels of the face at `box`, with its five landmarks where they are known.
  public init(box: Box, crop: [UInt8], size: Int, landmarks: [Point] = []) {
    precondition(crop.count == size * size && size >= 8)
    let statistics = CropStatistics(crop, size: size)
    let grades: [(Fault, Double)] = [
      (.tooSmall, Self.grade(min(box.width, box.height), none: 16, full: 48)),
      (
        .dark, min(Self.grade(statistics.mean, none: 12, full: 60), Self.grade(statistics.deviation, none: 4, full: 24))
      ),
      (.blurred, Self.grade(statistics.sharpness, none: 0.005, full: 0.06)),
      (.turned, landmarks.count == 5 ? Self.grade(Self.frontality(landmarks), none: 0.1, full: 0.6) : 1),
    ]
    let worst = grades.min { $0.1 < $1.1 }!
    value = worst.1
    fault = worst.1 < Self.least ? worst.0 : nil
  }

  /// 0 up to `none`, 1 from `full` on, straight between.
  private static func grade(_ value: Double, none: Double, full: Double) -> Double {
    min(max((value - none) / (full - none), 0), 1)
  }

  /// 1 when the nose stands midway between the eyes, 0 when it stands under one of them.
  private static func frontality(_ landmarks: [Point]) -> Double {
    let (right, left, nose) = (landmarks[0], landmarks[1], landmarks[2])
    let (dx, dy) = (left.x - right.x, left.y - right.y)
    let length = dx * dx + dy * dy
    guard length > 0 else { return 0 }
    let along = ((nose.x - right.x) * dx + (nose.y - right.y) * dy) / length
    return 1 - min(abs(along - 0.5) * 2, 1)
  }
}

/// Light, contrast and sharpness of a crop.
struct CropStatistics {
  /// Mean grey value.
  let mean: Double
  /// Standard deviation, grey values.
  let deviation: Double
  /// Variance of the Laplacian by the variance of the crop: independent of light and contrast.
  let sharpness: Double

  init(_ crop: [UInt8], size: Int) {
    let (mean, variance) = Self.moments(count: crop.count) { Double(crop[$0]) }
    self.mean = mean
    deviation = variance.squareRoot()
    let inner = size - 2
    let edges = Self.moments(count: inner * inner) { place in
      let i = (place / inner + 1) * size + place % inner + 1
      let around = Int(crop[i - 1]) + Int(crop[i + 1]) + Int(crop[i - size]) + Int(crop[i + size])
      return Double(around - 4 * Int(crop[i]))
    }
    sharpness = variance > 0 ? edges.variance / variance : 0
  }

  /// Mean and variance of values that are made twice rather than kept.
  private static func moments(count: Int, _ value: (Int) -> Double) -> (mean: Double, variance: Double) {
    var (sum, squares) = (0.0, 0.0)
    for place in 0..<count { sum += value(place) }
    let mean = sum / Double(count)
    for place in 0..<count { squares += (value(place) - mean) * (value(place) - mean) }
    return (mean, squares / Double(count))
  }
}
