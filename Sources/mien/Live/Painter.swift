import Display
import Recognition

/// Draws results on pictures of one size.
final class Painter {
  private let overlay: OverlayRenderer
  private let hider: FaceHider?
  private let size: (Int, Int)

  /// - Throws: `DisplayError.noFont`.
  init(for frame: any Frame, labels: LabelSet, hiding: HidingStyle?) throws {
    size = (frame.width, frame.height)
    hider = hiding.map(FaceHider.init)
    overlay = try OverlayRenderer(
      width: frame.width, height: frame.height, pixelAspect: frame.pixelAspect, labels: labels)
  }

  func fits(_ frame: any Frame) -> Bool { size == (frame.width, frame.height) }

  func paint(_ result: FrameResult, on frame: any Frame) {
    hider?.hide(result, on: frame)
    overlay.draw(result, on: frame)
  }
}

extension FrameResult {
  /// The same with left and right turned around in a picture `width` pixels wide.
  func mirrored(width: Int) -> FrameResult {
    var result = self
    for index in result.faces.indices {
      result.faces[index].box.x = Double(width) - faces[index].box.x - faces[index].box.width
    }
    return result
  }
}
