import Faces
import Foundation

/// Images with faces for training a detector, and others for judging it.
public struct DetectionSet: Sendable {
  /// Images to learn from.
  var training: [AnnotatedImage]
  /// Images to judge on.
  var validation: [AnnotatedImage]

  /// Every so many-th image is for validation.
  static let validationShare = 5
  /// Images whose small forms correlate by more are the same scene.
  static let likeness = 0.95

  /// Images at hand.
  init(training: [AnnotatedImage], validation: [AnnotatedImage]) {
    (self.training, self.validation) = (training, validation)
  }

  /// Reads the folder `boxes` was read from. An image is for validation when the hash of its name says so
  /// (FNV-1a of 64 bits, modulo 5, is 0); training images that look like one of those are left out.
  /// - Parameter decode: decodes an image file.
  public init(_ boxes: FaceBoxes, decode: (_ path: String) throws -> GreyImage) throws {
    let conventions = BoxConventions(boxes)
    (training, validation) = ([], [])
    for entry in boxes.images {
      let image = AnnotatedImage(
        name: entry.name, image: ImagePyramid(try decode(entry.path)), faces: conventions.faces(entry),
        truth: entry.boxes)
      if Self.isValidation(entry.name) { validation.append(image) } else { training.append(image) }
    }
    dropLikenesses()
  }

  /// Whether the image called `name` is for validation.
  public static func isValidation(_ name: String) -> Bool {
    let hash = name.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    return hash % UInt64(validationShare) == 0
  }

  /// Numbers of images to learn from and to judge on.
  public var counts: (training: Int, validation: Int) { (training.count, validation.count) }

  private mutating func dropLikenesses() {
    let known = validation.map { Thumbnail($0.image) }
    training.removeAll { image in
      let thumbnail = Thumbnail(image.image)
      return known.contains { $0.likeness(thumbnail) > Self.likeness }
    }
  }
}

/// An image as 16 x 16 grey values without mean and contrast.
private struct Thumbnail {
  private static let side = 16
  private let values: [Double]

  init(_ image: ImagePyramid) {
    let small = image.levels.last { min($0.width, $0.height) >= Self.side } ?? image.levels[0]
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
