import Evaluation
import Faces
import Media
import Recognition

/// A face of which crops of any size can be had.
struct FoundFace {
  /// A square grey crop of so many pixels a side.
  var crop: (Int) -> [UInt8]
}

/// Finds the faces of images, or takes whole images as faces.
struct ImageFaces {
  private let detector: (any Detector)?
  private let cropper = FaceCropper()
  private let turn: Turn

  /// A square image of at most so many pixels a side is a crop of a face already, as FER2013's are.
  static let largestCrop = 64

  init(_ request: ExplainRequest) throws {
    turn = request.analysis.turn
    detector =
      request.takesWhole
      ? nil
      : try DetectorLibrary().load(
        request.analysis.detector, for: .faces(from: 24))
  }

  /// The faces in `file`, best first.
  /// - Throws: `ExplainError.noFace`, or what reading the file throws.
  func faces(in file: String) throws -> [FoundFace] {
    let frame = try ImageFile.frame(file, turn: turn)
    let luma = frame.luma
    let isCrop = luma.width == luma.height && luma.width <= ImageFaces.largestCrop
    guard let detector, !isCrop else {
      return [FoundFace { size in withExtendedLifetime(frame) { ImageFile.middle(of: luma, size: size) } }]
    }
    let found = detector.detect(in: luma)
    guard !found.isEmpty else { throw ExplainError.noFace(file: file) }
    return found.map { face in
      FoundFace { size in
        withExtendedLifetime(frame) { cropper.crop(face.box, landmarks: face.landmarks, of: luma, size: size) }
      }
    }
  }
}
