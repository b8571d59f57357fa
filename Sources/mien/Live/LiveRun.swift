import Core
import Recognition
import Sessions

/// One `mien live`: a session, its window, and what it says at the end.
struct LiveRun {
  private let request: LiveRequest
  private let scale: Double
  private let quiet: Bool

  /// - Throws: `CommandLineError` where options do not go together.
  init(_ arguments: Arguments) throws(CommandLineError) {
    request = try LiveRequest(arguments)
    (scale, quiet) = (arguments[LiveOptions.scale] ?? 1, arguments.has(AnnotateOptions.quiet))
  }

  /// - Throws: `Interrupted` whatever broke off on a signal.
  func run() throws {
    try MemoryLimit.check()
    let host = SessionHost(quiet: quiet)
    let panel: LiveSession.ControllerMaker = { [scale] in try ControlPanel(title: $0, shape: $1, scale: scale) }
    let summary = try LiveSession(request, context: host.context, controller: request.isShown ? panel : nil).run()
    if !quiet { summarise(summary) }
    if summary.wasCancelled { throw Interrupted(kept: summary.written) }
    if !summary.endedEarly.isEmpty { throw LiveError.endedEarly(summary.endedEarly) }
  }

  private func summarise(_ summary: LiveSummary) {
    let report = summary.report
    let looks = report.stage("recognise")?.count ?? 0
    Terminal.printToStandardError(
      "\(counted(report.frames, "frame")), \(oneDecimal(report.fps)) a second, \(report.dropped) dropped; "
        + "\(looks) of them analysed\(sight(report)); \(oneDecimal(report.frameLatency.p50)) ms from camera to frame.\n"
    )
    if let losses = summary.camera?.sentence { Terminal.printToStandardError("\(losses)\n") }
    if !summary.written.isEmpty, !summary.wasCancelled {
      Terminal.printToStandardError("Wrote \(listed(summary.written)).\n")
    }
  }

  private func sight(_ report: LiveReport) -> String {
    report.smallestFace.map { ", for faces from \(Int($0.rounded())) pixels on" } ?? ""
  }
}
