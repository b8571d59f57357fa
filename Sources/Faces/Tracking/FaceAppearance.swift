/// What a face looks like, coarsely: a small grey picture without its mean light and contrast.
struct FaceAppearance: Sendable {
  private var values: [Double]

  private static let side = 12
  /// Largest share of a new look in what is remembered.
  private static let pace = 0.15

  init(of face: Detection, in luma: LumaPlane) {
    let crop = FaceCropper().crop(face.box, landmarks: face.landmarks, of: luma, size: Self.side)
    let mean = crop.reduce(0) { $0 + Double($1) } / Double(crop.count)
    values = Self.unit(crop.map { Double($0) - mean })
  }

  /// Correlation with `other`, -1 to 1.
  func likeness(_ other: FaceAppearance) -> Double { zip(values, other.values).reduce(0) { $0 + $1.0 * $1.1 } }

  /// Takes in how it looks now; less so where it looks different, as a face does that something is moving in front of.
  mutating func see(_ other: FaceAppearance) {
    let pace = Self.pace * min(max((likeness(other) - 0.3) / 0.5, 0.05), 1)
    values = Self.unit(zip(values, other.values).map { $0 * (1 - pace) + $1 * pace })
  }

  private static func unit(_ values: [Double]) -> [Double] {
    let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return length > 0 ? values.map { $0 / length } : values
  }
}
