import Core
import Glibc
import Media
import Rows

/// Annotates recordings: video, rows, charts, a page.
public final class AnnotateSession {
  private var request: AnnotateRequest
  private let plan: OutputPlan
  /// Taken up under `--resume`.
  private let earlier: ResumeIndex?
  private let context: SessionContext
  private let tools: AnalysisTools
  private var rows: [RowsSink] = []
  private var timeline: TimelineBuilder
  private var written: [String] = []
  private var failures = 0

  /// Checks all names and loads the networks; nothing is written yet.
  /// - Throws: what cannot be found, loaded or written.
  public init(_ request: AnnotateRequest, context: SessionContext = SessionContext()) throws {
    (self.request, self.context) = (request, context)
    try Frames.check(request)
    plan = try OutputPlan(request)
    tools = try AnalysisTools(request)
    let labels = tools.classifier.labels
    earlier = request.resume ? try request.kept.flatMap { try ResumeIndex.find($0, labels: labels) } : nil
    if OutputPlan.replacesRows(request) { self.request.force = true }
    timeline = TimelineBuilder(labels: tools.classifier.labels)
  }

  /// Runs to the end of all inputs.
  /// - Throws: `Interrupted` where it was cancelled, `BrokenOff` or `AnnotateError` where something failed.
  public func run() throws {
    if plan.inputs.allSatisfy(isDone), !rowsAreMissing { return context.notify(.nothingLeft) }
    let leftOut = MediaLocations.leftOut(request.inputs)
    if !leftOut.isEmpty { context.notify(.leftOut(leftOut)) }
    do {
      try openRows()
      for input in plan.inputs { try annotate(input) }
      try finish()
    } catch {
      for row in rows { row.file.discard() }
      guard context.cancellation.isCancelled else { throw error }
      // Whatever breaks off then was broken off by that.
      throw Interrupted(kept: (error as? Interrupted)?.kept ?? [])
    }
    if failures > 0 { throw AnnotateError.someFailed(failures, of: plan.inputs.count) }
  }

  /// Its output and all its rows are there.
  private func isDone(_ input: PlannedInput) -> Bool {
    guard request.resume, input.isWritten || request.out == nil else { return false }
    return request.kept == nil || part(of: input)?.isWhole == true
  }

  private func part(of input: PlannedInput) -> ResumeIndex.Part? {
    earlier?.part(of: plan.several ? input.shown : nil)
  }

  private var rowsAreMissing: Bool {
    let files = request.rows.map(\.path) + [request.timeline, request.report].compactMap(\.self)
    return !files.allSatisfy { access($0, F_OK) == 0 }
  }

  private func openRows() throws {
    for (format, path) in request.rows {
      rows.append(
        try RowsSink(
          format, path: path, labels: tools.classifier.labels, several: plan.several, force: request.force, context))
    }
  }

  /// One input of several that fails does not keep the others from being done.
  private func annotate(_ input: PlannedInput) throws {
    if isDone(input), let part = part(of: input) { return try part.replay(labels: tools.classifier.labels, take) }
    do {
      let run = try InputRun(
        input, request, tools, rows: rows, several: plan.several, earlier: part(of: input), context)
      try run.run { self.timeline.add($0) }
      if let output = input.missing { written.append(output) }
    } catch let interrupted as Interrupted {
      throw Interrupted(kept: interrupted.kept + (try keepPartials()))
    } catch let broken as BrokenOff where !plan.several || broken.isOfOutput {
      throw try ended(broken)
    } catch  where plan.several {
      failures += 1
      context.notify(.failed(error))
    }
  }

  /// Rows that an earlier run found.
  private func take(_ result: FrameResult) throws {
    for row in rows { try row.add(result) }
    timeline.add(result)
  }

  /// All that was done so far is kept, where that is anything.
  private func ended(_ broken: BrokenOff) throws -> any Error {
    let kept = broken.kept + (try keepPartials())
    if context.cancellation.isCancelled { return Interrupted(kept: kept) }
    return kept.isEmpty ? broken.failure : BrokenOff(broken.failure, kept: kept)
  }

  /// Names of the rows' partial files.
  private func keepPartials() throws -> [String] {
    var kept: [String] = []
    for row in rows {
      if let earlier, row.file.name == request.kept?.path, earlier.count > row.count {
        // Stopped before it came as far as the run before: that one's rows are worth more.
        row.file.discard()
        kept.append(earlier.path)
        continue
      }
      // A full disk may not take the end; what is there stays.
      try? row.finish(end: nil)
      guard row.count > 0 else { continue }
      if let partial = try row.file.keepPartial() { kept.append(partial) }
    }
    rows = []
    return kept
  }

  private func finish() throws {
    for row in rows {
      try row.finish(end: nil)
      try row.file.commit()
      if row.file.name != "-" { written.append(row.file.name) }
    }
    rows = []
    let timeline = timeline.timeline()
    written += try Frames(request, inputs: plan.inputs, start: timeline.start, context).write(timeline)
    if request.resume { forgetPartials() }
    if !written.isEmpty { context.notify(.wrote(written)) }
  }
}

extension AnnotateSession {
  /// What an interrupted run left, now that all is there.
  private func forgetPartials() {
    let files = request.rows.map(\.path).filter { $0 != "-" } + plan.inputs.compactMap(\.output)
    for file in files {
      unlink(FileName.inserted("partial", into: FileName.followed(file)))
      Leftovers.clear(file)
    }
  }
}

/// Why a session did not annotate all it was asked to.
public enum AnnotateError: Error, Hashable, Sendable {
  /// Inputs that failed; each had its own sentence.
  case someFailed(Int, of: Int)
}
