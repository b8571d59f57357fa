import Faces
import Foundation

/// Pictures with faces for training a detector, and others for judging it.
public struct DetectionSet: Sendable {
  /// Pictures to learn from.
  var training: [MarkedPicture]
  /// Pictures to judge on.
  var validation: [MarkedPicture]

  /// Every so many-th picture is for validation.
  static let validationShare = 5
  /// Pictures whose small forms correlate by more are the same scene.
  static let likeness = 0.95

  /// Pictures at hand.
  init(training: [MarkedPicture], validation: [MarkedPicture]) {
    (self.training, self.validation) = (training, validation)
  }

  /// Reads the folder `boxes` was read from. A picture is for validation when the hash of its name says so
  /// (FNV-1a of 64 bits, modulo 5, is 0); training pictures that look like one of those are left out.
  /// - Parameter decode: decodes a picture file.
  public init(_ boxes: FaceBoxes, decode: (_ path: String) throws -> GreyPicture) throws {
    let conventions = BoxConventions(boxes)
    (training, validation) = ([], [])
    for entry in boxes.pictures {
      let picture = MarkedPicture(
        name: entry.name, picture: PicturePyramid(try decode(entry.path)), faces: conventions.faces(entry),
        truth: entry.boxes)
      if Self.isValidation(entry.name) { validation.append(picture) } else { training.append(picture) }
    }
    dropLikenesses()
  }

  /// Whether the picture called `name` is for validation.
  public static func isValidation(_ name: String) -> Bool {
    let hash = name.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    return hash % UInt64(validationShare) == 0
  }

  /// Numbers of pictures to learn from and to judge on.
  public var counts: (training: Int, validation: Int) { (training.count, validation.count) }

  private mutating func dropLikenesses() {
    let known = validation.map { Thumbnail($0.picture) }
    training.removeAll { picture in
      let thumbnail = Thumbnail(picture.picture)
      return known.contains { $0.likeness(thumbnail) > Self.likeness }
    }
  }
}

/// A picture as 16 x 16 grey values without mean and contrast.
private struct Thumbnail {
  private static let side = 16
  private let values: [Double]

  init(_ picture: PicturePyramid) {
    let small = picture.levels.last { min($0.width, $0.height) >= Self.side } ?? picture.levels[0]
    let grey = small.withPlane { plane in
      (0..<Self.side * Self.side).map { i in
        let (x, y) = (i % Self.side * plane.width / Self.side, i / Self.side * plane.height / Self.side)
        return Double(plane.base[y * plane.stride + x])
      }
    }
    let mean = grey.reduce(0, +) / Double(grey.count)
    let length = grey.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }.squareRoot()
    values = grey.map { length > 0 ? ($0 - mean) / length : 0 }
  }

  /// Correlation, -1 to 1.
  func likeness(_ other: Thumbnail) -> Double { zip(values, other.values).reduce(0) { $0 + $1.0 * $1.1 } }
}
