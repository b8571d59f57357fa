import Core

/// What a face looks like, coarsely: a small grey image without its mean light and contrast.
struct FaceAppearance: Sendable {
  private typealias Image = InlineArray<144, Double>

  /// In place: one is made for each face of each image.
  private var values: Image

  private static let side = 12
  /// Largest share of a new look in what is remembered.
  private static let pace = 0.15

  init(of face: Detection, in luma: LumaPlane) {
    let cropper = FaceCropper()
    let grid = CropGrid(cropper.square(face.box, landmarks: face.landmarks), of: luma, size: Self.side)
    values = Image { Double(grid[$0]) }
    var sum = 0.0
    for i in values.indices { sum += values[i] }
    for i in values.indices { values[i] -= sum / Double(values.count) }
    normalise()
  }

  /// Correlation with `other`, -1 to 1.
  func likeness(_ other: FaceAppearance) -> Double {
    var sum = 0.0
    for i in values.indices { sum += values[i] * other.values[i] }
    return sum
  }

  /// Takes in how it looks now; less so where it looks different, as a face does that something is moving in front of.
  mutating func see(_ other: FaceAppearance) {
    let pace = Self.pace * min(max((likeness(other) - 0.3) / 0.5, 0.05), 1)
    for i in values.indices { values[i] = values[i] * (1 - pace) + other.values[i] * pace }
    normalise()
  }

  /// To a length of 1, but for an image of one grey.
  private mutating func normalise() {
    let length = likeness(self).squareRoot()
    guard length > 0 else { return }
    for i in values.indices { values[i] /= length }
  }
}
