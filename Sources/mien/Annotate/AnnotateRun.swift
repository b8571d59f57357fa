import Display
import Faces
import Media
import Recognition

/// Carries out one `mien annotate`.
final class AnnotateRun {
  private let request: AnnotateRequest
  private let plan: OutputPlan
  private let cancellation: Cancellation
  private let tools: AnalysisTools
  private var rows: [RowsSink] = []
  private var timeline: TimelineBuilder
  private var written: [String] = []
  private var failures = 0

  /// Checks all names and loads the networks; nothing is written yet.
  init(_ request: AnnotateRequest) throws {
    self.request = request
    cancellation = Interruption.cancellation()
    try Pictures.check(request)
    plan = try OutputPlan(request)
    tools = try AnalysisTools(request)
    timeline = TimelineBuilder(labels: tools.classifier.labels)
  }

  func run() throws {
    do {
      try openRows()
      for input in plan.inputs { try annotate(input) }
      try finish()
    } catch {
      for row in rows { row.file.discard() }
      throw error
    }
    if failures > 0 { throw AnnotateError.someFailed(failures, of: plan.inputs.count) }
  }

  private func openRows() throws {
    for (format, path) in request.rows {
      rows.append(
        try RowsSink(
          format, path: path, labels: tools.classifier.labels, several: plan.several, force: request.force))
    }
  }

  /// One input of several that fails does not keep the others from being done.
  private func annotate(_ input: PlannedInput) throws {
    do {
      try InputRun(input, request, tools, rows: rows, several: plan.several, cancellation).run { self.timeline.add($0) }
      if let output = input.output { written.append(output) }
    } catch let interrupted as Interrupted {
      throw try keepPartials(interrupted)
    } catch  where plan.several && !(error is OutputFileError) && !(error is TerminalError) {
      failures += 1
      Terminal.complain("mien: \(sentence(for: error))\n")
    }
  }

  private func keepPartials(_ interrupted: Interrupted) throws -> Interrupted {
    var kept = interrupted.kept
    for row in rows {
      try row.finish(end: nil)
      if let partial = try row.file.keepPartial() { kept.append(partial) }
    }
    rows = []
    return Interrupted(kept: kept)
  }

  private func finish() throws {
    for row in rows {
      try row.finish(end: nil)
      try row.file.commit()
      if row.file.name != "-" { written.append(row.file.name) }
    }
    rows = []
    let timeline = timeline.timeline()
    written += try Pictures(request, inputs: plan.inputs, start: timeline.start).write(timeline)
    if !request.quiet, !written.isEmpty { Terminal.complain("Wrote \(written.joined(separator: ", ")).\n") }
  }
}

/// Why `mien annotate` did not do all it was asked.
enum AnnotateError: Error, Hashable {
  /// Inputs that failed; each had its own sentence.
  case someFailed(Int, of: Int)
}

/// What all inputs of a run share.
struct AnalysisTools {
  let detector: CascadeDetector
  let classifier: Ensemble

  /// Loads detector and networks.
  init(_ request: AnnotateRequest) throws {
    detector = try CascadeDetector(named: request.cascade)
    let models = try ModelLibrary().load(request.models)
    classifier = try Ensemble(models, labels: request.labels, threads: request.threads)
  }
}
