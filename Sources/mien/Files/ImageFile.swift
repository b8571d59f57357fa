import Core
import Faces
import Media
import Networks

/// Images of faces in files.
enum ImageFile {
  /// The grey image in `file`: its middle square as pixels of `shape`, each the mean of the area that it covers.
  @Sendable static func grey(_ file: String, _ shape: Shape) throws -> [UInt8] {
    precondition(shape.width == shape.height && shape.channels == 1)
    return try middle(of: frame(file).luma, size: shape.width)
  }

  /// The first image in `file`, upright, then turned.
  static func frame(_ file: String, turn: Turn = .none) throws -> any Frame {
    var options = InputOptions()
    options.turn = turn
    // An input that opens has an image.
    return try MediaInput.open(file, options: options).next()!
  }

  /// The middle square of `luma` as `size` x `size` pixels.
  static func middle(of luma: LumaPlane, size: Int) -> [UInt8] {
    let side = Double(min(luma.width, luma.height))
    let box = Box(
      x: (Double(luma.width) - side) / 2, y: (Double(luma.height) - side) / 2, width: side, height: side)
    var cropper = FaceCropper()
    (cropper.scale, cropper.drop) = (1, 0)
    return cropper.crop(box, of: luma, size: size)
  }
}
