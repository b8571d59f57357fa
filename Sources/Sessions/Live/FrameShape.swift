import Core
import Media

/// Size and pixels of a source's frames.
public struct FrameShape: Hashable, Sendable {
  /// Pixels in a row.
  public var width: Int
  /// Rows.
  public var height: Int
  /// Width of a pixel by its height.
  public var pixelAspect = 1.0
}

extension FrameShape {
  /// Of a camera's frames once turned.
  init(_ size: CameraSize, _ turn: Turn) {
    self = turn.isSideways ? Self(width: size.height, height: size.width) : Self(width: size.width, height: size.height)
  }

  init(_ info: MediaInfo) { self.init(width: info.width, height: info.height, pixelAspect: info.pixelAspect) }

  init(_ frame: any Frame) { self.init(width: frame.width, height: frame.height, pixelAspect: frame.pixelAspect) }
}
