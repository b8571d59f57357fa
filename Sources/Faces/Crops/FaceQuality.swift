import Core

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
  public init(box: Box, crop: [UInt8], size: Int, landmarks: FacePoints? = nil) {
    precondition(crop.count == size * size && size >= 8)
    let statistics = CropStatistics(crop, size: size)
    var worst = (fault: Fault.tooSmall, grade: Self.grade(min(box.width, box.height), none: 16, full: 48))
    func judge(_ fault: Fault, _ grade: Double) { if grade < worst.grade { worst = (fault, grade) } }
    judge(.dark, Self.grade(statistics.mean, none: 12, full: 60))
    judge(.dark, Self.grade(statistics.deviation, none: 4, full: 24))
    judge(.blurred, Self.grade(statistics.sharpness, none: 0.005, full: 0.06))
    if let nose = landmarks?.noseBetweenEyes {
      // Midway between the eyes it counts 1, under one of them 0.
      judge(.turned, Self.grade(1 - min(abs(nose - 0.5) * 2, 1), none: 0.1, full: 0.6))
    }
    value = worst.grade
    fault = value < Self.least ? worst.fault : nil
  }

  /// 0 up to `none`, 1 from `full` on, straight between.
  private static func grade(_ value: Double, none: Double, full: Double) -> Double {
    min(max((value - none) / (full - none), 0), 1)
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
