import Core
import Glibc
import Media
import Recognition
import Rows

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

  /// - Throws: `Interrupted` whatever broke off on a signal.
  func run() throws {
    do { try work() } catch  where signal.isCancelled && !(error is Interrupted) { throw Interrupted(kept: []) }
  }

  private func work() throws {
    let analysis = try LiveAnalysis(
      request.analysis, rate: request.targetRate, hides: request.hiding != nil, baseline: request.baseline)
    try check(request.events, analysis.reader.labels)
    let source = try LiveSource.open(request, cancellation)
    let cancel = source.cancel
    Interruption.onSignal { cancel() }
    let pipeline = LivePipeline(
      policy: source.isStill ? .lossless : .live, finder: analysis.finder, reader: analysis.reader,
      cancellation: cancellation)
    let screen = try LiveScreen(request, source, pipeline, analysis, signal)
    let report = try finishing(screen) { try pipeline.run(from: source.frames, into: screen) }
    if !request.quiet { summarise(report, screen.written, losses: source.losses()) }
    if signal.isCancelled { throw Interrupted(kept: screen.written) }
    if !screen.endedEarly.isEmpty { throw LiveError.endedEarly(screen.endedEarly) }
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
      if signal.isCancelled { throw Interrupted(kept: screen.written) }
      throw kept(screen, error)
    }
    do { try screen.finish(well: true) } catch { throw kept(screen, error) }
    return try outcome.get()
  }

  private func sight(_ report: LiveReport) -> String {
    report.smallestFace.map { ", for faces from \(Int($0.rounded())) pixels on" } ?? ""
  }

  /// An error that names what is kept.
  private func kept(_ screen: LiveScreen, _ error: any Error) -> any Error {
    let (failure, own) = (error as? BrokenOff).map { ($0.failure, $0.kept) } ?? (error, [])
    let files = own + screen.written
    return files.isEmpty ? failure : BrokenOff(failure, kept: files)
  }

  private func summarise(_ report: LiveReport, _ written: [String], losses: String?) {
    let looks = report.stage("recognise")?.count ?? 0
    Terminal.complain(
      "\(counted(report.frames, "picture")), \(oneDecimal(report.fps)) a second, \(report.dropped) dropped; "
        + "looked at \(looks) of them\(sight(report)); \(oneDecimal(report.pictureLatency.p50)) ms from camera to picture.\n"
    )
    if let losses { Terminal.complain("\(losses)\n") }
    if !written.isEmpty, !signal.isCancelled { Terminal.complain("Wrote \(listed(written)).\n") }
  }
}
