import Core
import Display
import Media
import Recognition

/// Hands each frame to several takers in order: rows first, the drawn frame last.
final class AnnotateSink: FrameSink {
  private let rows: [RowsSink]
  private let input: String?
  private let video: VideoSink?
  private let eachFrame: (FrameResult) -> Void
  /// Presentation time of the last frame.
  private(set) var lastTime: Double?

  init(rows: [RowsSink], input: String?, video: VideoSink?, eachFrame: @escaping (FrameResult) -> Void) {
    (self.rows, self.input, self.video, self.eachFrame) = (rows, input, video, eachFrame)
  }

  func consume(_ frame: any Frame, _ result: FrameResult) throws {
    var result = result
    result.input = input
    lastTime = result.time
    for row in rows { try row.add(result) }
    eachFrame(result)
    try video?.consume(frame, result)
  }

  func finish() throws { try video?.finish() }
}

/// Draws on frames and encodes them.
final class VideoSink: FrameSink {
  private let output: MediaOutput
  private let hiding: Hiding?
  private let heat: FaceHeat?
  /// Nil where nothing is drawn.
  private let overlay: OverlayRenderer?

  /// - Parameter labels: classes of what is drawn; nil: nothing is.
  /// - Throws: `DisplayError.noFont`.
  init(_ output: MediaOutput, info: MediaInfo, labels: LabelSet?, hiding: Hiding?, heat: FaceHeat?) throws {
    (self.output, self.hiding, self.heat) = (output, hiding, heat)
    overlay = try labels.map {
      try OverlayRenderer(width: info.width, height: info.height, pixelAspect: info.pixelAspect, labels: $0)
    }
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
    overlay?.draw(result, on: frame)
    try output.consume(frame, result)
  }
}
