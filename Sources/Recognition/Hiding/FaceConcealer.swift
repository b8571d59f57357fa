import Core
import Faces

/// A frame with the places that must be covered before anybody sees it.
public struct ConcealedFrame: Sendable {
  /// The frame, not drawn on yet.
  public var frame: any Frame
  /// What the analysis says of it.
  public var result: FrameResult
  /// Faces, and what may be one, in pixels of the frame.
  public var covers: [Box]
}

/// Holds frames back until it is known what to cover in them: every face that is followed, whatever else may be a face in any frame, and
/// both shortly before they are first seen. Looks at every frame itself, whatever the analysis looks at. Used from one thread.
public final class FaceConcealer {
  private struct Held {
    var frame: any Frame
    var result: FrameResult
    var shot: Int
  }

  private let detector: any Detector
  private let square = SquarePixels()
  private let margin = ImageMargin()
  private let brightener = Brightener()
  private var planner: CoverPlanner
  private var cut = SceneCut()
  private var held: [Held] = []
  private var part = 0
  /// Bytes of luma that may be held at once.
  private static let mostBytes = 96 << 20

  /// - Parameters:
  ///   - detector: calls whatever may be a face (`DetectorLibrary.Purpose.hiding`).
  ///   - options: how long frames are held back, among others.
  public init(detector: any Detector, options: CoverPlanner.Options = .init()) {
    self.detector = detector
    planner = CoverPlanner(options: options)
  }

  /// Takes the next frame; gives those before it that may be shown now, in order.
  public func add(_ frame: any Frame, _ result: FrameResult) -> [ConcealedFrame] {
    let luma = frame.luma
    // Both scenes are seen while one dissolves into the other.
    let isCut = cut.change(to: luma, time: frame.time) == .cut || frame.part != part
    part = frame.part
    planner.add(sights(in: frame) + result.sights, time: frame.time, isCut: isCut)
    held.append(Held(frame: frame, result: result, shot: planner.shot))
    let most = max(FaceConcealer.mostBytes / (frame.width * frame.height), 2)
    return release { held in held.count > most || frame.time - held[0].frame.time > self.planner.options.lookAhead }
  }

  /// Nothing follows: gives all that is held.
  public func finish() -> [ConcealedFrame] { release { !$0.isEmpty } }

  private func release(while isDue: ([Held]) -> Bool) -> [ConcealedFrame] {
    var ready: [ConcealedFrame] = []
    while !held.isEmpty, isDue(held) {
      let oldest = held.removeFirst()
      let covers = planner.covers(at: oldest.frame.time, shot: oldest.shot)
      ready.append(ConcealedFrame(frame: oldest.frame, result: oldest.result, covers: covers))
    }
    return ready
  }

  /// What may be a face, in pixels of the frame.
  private func sights(in frame: any Frame) -> [Detection] {
    square.withSquare(frame.luma, pixelAspect: frame.pixelAspect) { luma, scale in
      margin.withMargin(luma) { luma, width in
        lookAlsoBrightened(at: luma).map { found in
          var found = found
          found.box.x = (found.box.x - Double(width)) / scale
          found.box.y -= Double(width)
          found.box.width /= scale
          return found
        }
      }
    }
  }

  /// What may be a face in `luma` as it is, or with its dark parts lit up.
  private func lookAlsoBrightened(at luma: LumaPlane) -> [Detection] {
    let found = detector.detect(in: luma)
    let more = brightener.withBrightened(luma) { detector.detect(in: $0) } ?? []
    return found + more.filter { one in !found.contains { $0.box.overlap(one.box) > 0.4 } }
  }
}

extension FrameResult {
  /// The faces that are followed, those that are held among them.
  fileprivate var sights: [Detection] { faces.map { Detection(box: $0.box, score: 1) } }
}

/// Lays grey around a frame, so that faces cut by its edge lie inside. Keeps its memory.
final class ImageMargin {
  private var bytes: [UInt8] = []
  /// Of the shorter side.
  private static let share = 0.1

  /// Calls `body` with the larger frame and the width of the margin in pixels.
  func withMargin<Result>(_ luma: LumaPlane, _ body: (LumaPlane, _ width: Int) throws -> Result) rethrows -> Result {
    let margin = Int(Double(min(luma.width, luma.height)) * Self.share)
    let (width, height) = (luma.width + 2 * margin, luma.height + 2 * margin)
    if bytes.count != width * height { bytes = Array(repeating: 128, count: width * height) }
    return try bytes.withUnsafeMutableBufferPointer { buffer in
      let base = buffer.baseAddress!
      for row in 0..<luma.height {
        (base + (row + margin) * width + margin).update(from: luma.base + row * luma.stride, count: luma.width)
      }
      return try body(LumaPlane(base: base, width: width, height: height, stride: width), margin)
    }
  }
}
