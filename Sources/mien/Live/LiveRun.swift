import Glibc
import Media
import Recognition

/// Carries out one `mien live`.
final class LiveRun {
  private let request: LiveRequest
  private let signal: Cancellation
  private let cancellation = Cancellation()

  init(_ request: LiveRequest) {
    self.request = request
    signal = Interruption.cancellation()
    Glibc.signal(SIGPIPE, SIG_IGN)
  }

  func run() throws {
    let analysis = try LiveAnalysis(
      request.analysis, rate: request.targetRate, hides: request.hiding != nil, baseline: request.baseline)
    try check(request.events, analysis.reader.labels)
    let source = try LiveSource.open(request, cancellation)
    let cancel = source.cancel
    Interruption.onSignal { cancel() }
    let pipeline = LivePipeline(finder: analysis.finder, reader: analysis.reader, cancellation: cancellation)
    let screen = try LiveScreen(request, source, pipeline, analysis, signal)
    let report = try finishing(screen) { try pipeline.run(from: source.frames, into: screen) }
    if !request.quiet { summarise(report, screen.written, losses: source.losses()) }
    if signal.isCancelled { throw Interrupted(kept: screen.written) }
  }

  /// A rule that can never come true is a slip of the pen.
  private func check(_ rules: [EventRule], _ labels: LabelSet) throws(CommandLineError) {
    let known = labels.names + ["uncertain"]
    for rule in rules where !known.contains(rule.expression) {
      throw .unknownExpression(rule.expression, known: known)
    }
  }

  private func finishing(_ screen: LiveScreen, _ body: () throws -> LiveReport) throws -> LiveReport {
    let outcome = Result(catching: body)
    if case .failure(let error) = outcome {
      try? screen.finish(well: false)
      throw error
    }
    try screen.finish(well: true)
    return try outcome.get()
  }

  private func sight(_ report: LiveReport) -> String {
    report.smallestFace.map { ", for faces from \(Int($0.rounded())) pixels on" } ?? ""
  }

  private func summarise(_ report: LiveReport, _ written: [String], losses: String?) {
    let looks = report.stage("recognise")?.count ?? 0
    Terminal.complain(
      "\(report.frames) pictures, \(oneDecimal(report.fps)) a second, \(report.dropped) dropped; "
        + "looked at \(looks) of them\(sight(report)); \(oneDecimal(report.pictureLatency.p50)) ms from camera to picture.\n"
    )
    if let losses { Terminal.complain("\(losses)\n") }
    if !written.isEmpty, !signal.isCancelled { Terminal.complain("Wrote \(written.joined(separator: ", ")).\n") }
  }
}
