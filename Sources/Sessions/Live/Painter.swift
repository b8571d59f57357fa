import Core
import Display

/// Draws results on frames of one size.
final class Painter {
  private let overlay: OverlayRenderer
  private let shape: FrameShape

  /// - Throws: `DisplayError.noFont`.
  init(_ shape: FrameShape, labels: LabelSet, _ options: OverlayOptions) throws {
    self.shape = shape
    overlay = try OverlayRenderer(
      width: shape.width, height: shape.height, pixelAspect: shape.pixelAspect, labels: labels, options: options)
  }

  func fits(_ frame: any Frame) -> Bool { shape == FrameShape(frame) }

  func paint(_ result: FrameResult, on frame: any Frame, _ options: OverlayOptions) {
    overlay.options = options
    overlay.draw(result, on: frame)
  }
}

extension FrameResult {
  /// The same with left and right turned around in a frame `width` pixels wide.
  func mirrored(width: Int) -> FrameResult {
    var result = self
    for index in result.faces.indices {
      result.faces[index].box.x = Double(width) - faces[index].box.x - faces[index].box.width
    }
    return result
  }
}
