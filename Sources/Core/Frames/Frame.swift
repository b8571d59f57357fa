/// One frame of a source, upright. Who holds it owns it alone (a frame moves along the pipeline; once drawn it may be
/// shared by sinks that only read it); releasing the last reference gives it back to its pool. Implemented in Media on FFmpeg frames, in tests on plain memory.
public protocol Frame: AnyObject, Sendable {
  /// Number in the source, from 0.
  var index: Int { get }
  /// Presentation time in the source, seconds.
  var time: Double { get }
  /// Pixels in a row, as displayed (after rotation, in the stored pixel grid).
  var width: Int { get }
  /// Rows.
  var height: Int { get }
  /// Width of a pixel by its height; 1 for square pixels.
  var pixelAspect: Double { get }
  /// Number of the part of the source that it belongs to, from 0: where recordings were joined, or their frames change
  /// shape, faces are looked for anew.
  var part: Int { get }
  /// 8-bit full-range luma, `width` x `height`, valid while the frame lives and is not drawn on.
  var luma: LumaPlane { get }
  /// Colours of the region, as displayed; parts outside of the frame are black.
  func read(_ region: PixelRect) -> Patch
  /// Blends `patch` (premultiplied) over the frame; parts outside of it are ignored.
  func blend(_ patch: Patch)
  /// Turns left and right around.
  func mirror()
  /// Writes the whole frame to `target`: BGRX, 8 bits a channel, rows `stride` bytes apart.
  func copyPixels(to target: UnsafeMutablePointer<UInt8>, stride: Int)
}

/// For frames that have no faster way.
extension Frame {
  /// Most sources are of one piece.
  public var part: Int { 0 }

  /// All of the frame.
  public var bounds: PixelRect { PixelRect(x: 0, y: 0, width: width, height: height) }

  public func mirror() {
    let patch = read(bounds)
    var turned = patch
    for row in 0..<height {
      for column in 0..<width {
        let (from, to) = ((row * width + column) * 4, (row * width + width - 1 - column) * 4)
        for channel in 0..<4 { turned.pixels[to + channel] = patch.pixels[from + channel] }
      }
    }
    blend(turned)
  }

  public func copyPixels(to target: UnsafeMutablePointer<UInt8>, stride: Int) {
    read(bounds).pixels.withUnsafeBufferPointer { pixels in
      for row in 0..<height {
        (target + row * stride).update(from: pixels.baseAddress! + row * width * 4, count: width * 4)
      }
    }
  }
}

/// A rectangle of whole pixels.
public struct PixelRect: Hashable, Sendable {
  /// Left edge.
  public var x: Int
  /// Top edge.
  public var y: Int
  /// Columns.
  public var width: Int
  /// Rows.
  public var height: Int

  /// A rectangle from its top left corner.
  public init(x: Int, y: Int, width: Int, height: Int) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }
}

/// A small frame at a place: premultiplied BGRA, 8 bits a channel (Cairo's ARGB32 on little-endian machines).
public struct Patch: Sendable {
  /// Where it goes, in pixels of the frame.
  public var rect: PixelRect
  /// `rect.height` rows of `rect.width` * 4 bytes.
  public var pixels: [UInt8]

  /// A patch of `pixels` at `rect`.
  public init(rect: PixelRect, pixels: [UInt8]) {
    precondition(pixels.count == rect.width * rect.height * 4)
    self.rect = rect
    self.pixels = pixels
  }
}

/// Gives frames in order of time. Used from one thread.
public protocol FrameSource: AnyObject {
  /// The next frame; nil at the end.
  func next() throws -> (any Frame)?
}

/// Takes frames with what was found in them, in order. Used from one thread.
public protocol FrameSink: AnyObject {
  /// Takes one frame, annotated already where that was asked for.
  func consume(_ frame: any Frame, _ result: FrameResult) throws
  /// Nothing follows: completes what was written.
  func finish() throws
}

/// Time for smoothing and pacing; a test's clock stands still until told.
public protocol Clock: Sendable {
  /// Seconds from an arbitrary start, never going back.
  func now() -> Double
  /// Returns at `time` or soon after.
  func sleep(until time: Double)
}
