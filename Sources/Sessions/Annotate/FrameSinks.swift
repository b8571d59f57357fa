import Core
import Display
import Media
import Recognition

/// Hands each frame to several takers in order: rows first, the drawn frame last.
final class AnnotateSink: FrameSink {
  private let faces: Set<Int>
  private let video: VideoSink?
  private let eachFrame: (FrameResult) throws -> Void

  /// - Parameter faces: tracks that it is about; none: all.
  init(faces: Set<Int>, video: VideoSink?, eachFrame: @escaping (FrameResult) throws -> Void) {
    (self.faces, self.video, self.eachFrame) = (faces, video, eachFrame)
  }

  func consume(_ frame: any Frame, _ result: FrameResult) throws {
    var result = result
    if !faces.isEmpty { result.faces.removeAll { !faces.contains($0.track) } }
    try eachFrame(result)
    try video?.consume(frame, result)
  }

  func finish() throws { try video?.finish() }
}

/// Draws on frames and encodes them.
final class VideoSink: FrameSink {
  private let output: MediaOutput
  private let hiding: Hiding?
  private let heat: FaceHeat?
  private let overlay: OverlayRenderer

  /// - Throws: `DisplayError.noFont`.
  init(
    _ output: MediaOutput, info: MediaInfo, labels: LabelSet, _ options: OverlayOptions, hiding: Hiding?,
    heat: FaceHeat?
  ) throws {
    (self.output, self.hiding, self.heat) = (output, hiding, heat)
    overlay = try OverlayRenderer(
      width: info.width, height: info.height, pixelAspect: info.pixelAspect, labels: labels, options: options)
  }

  func consume(_ frame: any Frame, _ result: FrameResult) throws {
    guard let hiding else { return try draw(frame, result) }
    try draw(hiding.concealer.add(frame, result))
  }

  func finish() throws {
    if let hiding { try draw(hiding.concealer.finish()) }
    try output.finish()
  }

  private func draw(_ frames: [ConcealedFrame]) throws {
    for frame in frames {
      hiding?.cover(frame)
      try draw(frame.frame, frame.result)
    }
  }

  private func draw(_ frame: any Frame, _ result: FrameResult) throws {
    heat?.draw(result, on: frame)
    overlay.draw(result, on: frame)
    try output.consume(frame, result)
  }
}
