import Core
import Glibc
import Media
import Rows

/// Annotates recordings: video, rows, charts, a page.
public final class AnnotateSession {
  private let request: AnnotateRequest
  private let plan: OutputPlan
  private let context: SessionContext
  private let tools: AnalysisTools
  /// Taken up under `--resume`: rows of the whole run.
  private let earlier: ResumeIndex?
  private let database: RowDatabase?
  private let outcome = Locked(Outcome())
  /// Those that were looked at before the work began: their rows and bytes are not read again for that.
  private let parts = Locked<[Int: Part]>([:])

  /// What came of the inputs so far.
  private struct Outcome {
    var written: [String] = []
    var failures: [(name: String, text: String)] = []
    var kept: [String] = []
    /// What ended the run, of several that work at once the first.
    var end: (any Error)?
  }

  /// Checks all names and loads the networks; nothing is written yet.
  /// - Throws: what cannot be found, loaded or written.
  public init(_ request: AnnotateRequest, context: SessionContext = SessionContext()) throws {
    var request = request
    if request.jobs > 1 { request.analysis.threads = max(1, request.analysis.threads / request.jobs) }
    self.request = request
    self.context = context.linked()
    // FFmpeg takes as long to load as the networks do.
    let loading = StageThread { MediaSupport.load() }
    defer { _ = loading.join() }
    plan = try OutputPlan(request)
    tools = try AnalysisTools(request)
    earlier = try AnnotateSession.earlier(request, request.files.ofRun, tools)
    database = try request.database.map { [tools] path in
      try RowDatabase(path, labels: tools.classifier.labels, settings: request.settings)
    }
  }

  private static func earlier(
    _ request: AnnotateRequest, _ files: ResultFiles, _ tools: AnalysisTools
  ) throws -> ResumeIndex? {
    request.resume ? try files.kept.flatMap { try ResumeIndex.find($0, labels: tools.classifier.labels) } : nil
  }

  /// Runs to the end of all inputs.
  /// - Throws: `Interrupted` where it was cancelled, `BrokenOff` or `AnnotateError` where something failed.
  public func run() throws {
    if try isNothingLeft() { return context.notify(.nothingLeft) }
    let leftOut = MediaLocations.leftOut(request.inputs)
    if !leftOut.isEmpty { context.notify(.leftOut(leftOut)) }
    try annotateAll()
    let failures = outcome.withLock { $0.failures.count }
    if failures > 0 { throw AnnotateError.someFailed(failures, of: plan.inputs.count) }
  }

  private func isNothingLeft() throws -> Bool {
    guard isThere(request.files.ofRun) else { return false }
    return try plan.inputs.indices.allSatisfy { try part($0).isDone }
  }

  private func annotateAll() throws {
    let run = try record(request.files.ofRun, several: plan.several, earlier)
    defer { run.discard() }
    let results = OrderedResults(context.cancellation) { try run.add($0, hasRow: $1) }
    work(results)
    try database?.flush()
    let outcome = outcome.withLock { $0 }
    if let end = outcome.end { throw try ended(end, kept: outcome.kept, run) }
    let written = try run.finish { DocumentSubject($0, inputs: plan.inputs, failures: outcome.failures) }
    if request.resume { forgetPartials() }
    let all = outcome.written + written
    if !all.isEmpty { context.notify(.wrote(all)) }
  }

  private func record(_ files: ResultFiles, several: Bool, _ earlier: ResumeIndex?) throws -> ResultRecord {
    try ResultRecord(
      files, labels: tools.classifier.labels, several: several, force: OutputPlan.mayReplace(files, request),
      earlier: earlier, context)
  }

  /// All that was done so far is kept, where that is anything. Whatever breaks off once it was cancelled was broken off by that.
  private func ended(_ end: any Error, kept: [String], _ run: ResultRecord) throws -> any Error {
    let isKeeping = end is Interrupted || end is BrokenOff
    let kept = kept + (isKeeping ? try run.keepPartials() : [])
    if context.isStopped() || end is Interrupted { return Interrupted(kept: kept) }
    let failure = (end as? BrokenOff)?.failure ?? end
    return kept.isEmpty ? failure : BrokenOff(failure, kept: kept)
  }
}

/// Several inputs at once.
extension AnnotateSession {
  /// All inputs, by as many workers as there are jobs; the first works on this thread.
  private func work(_ results: OrderedResults) {
    let next = Locked(0)
    let take: () -> Int? = { [count = plan.inputs.count] in
      next.withLock { place in
        guard place < count else { return nil }
        place += 1
        return place - 1
      }
    }
    let others = (1..<max(1, min(request.jobs, plan.inputs.count))).map { _ in
      StageThread { [self] in work(take, try AnalysisTools(request), results) }
    }
    work(take, tools, results)
    for other in others { if case .failure(let error) = other.join() { stop(error) } }
  }

  private func work(_ take: () -> Int?, _ tools: AnalysisTools, _ results: OrderedResults) {
    while !hasEnded, let index = take() {
      do {
        try annotate(plan.inputs[index], index, tools, results)
        try results.end(index)
      } catch { stop(error) }
    }
  }

  private var hasEnded: Bool { outcome.withLock { $0.end != nil } }

  /// Ends the other workers, too.
  private func stop(_ error: any Error) {
    outcome.withLock { outcome in
      outcome.kept += (error as? Interrupted)?.kept ?? (error as? BrokenOff)?.kept ?? []
      if outcome.end == nil { outcome.end = error }
    }
    context.cancellation.cancel()
  }
}

/// One input.
extension AnnotateSession {
  /// What is to be done for one input, and what is done of it.
  private struct Part {
    let input: PlannedInput
    /// Files of this recording alone.
    let files: ResultFiles
    /// Rows of these that are there.
    let own: ResumeIndex?
    /// Its rows, in files of its own or in those of the run.
    let rows: ResumeIndex.Part?
    /// What tells it from another of its name, where a database asks.
    let content: String?
    /// Its output and all its rows are there.
    let isDone: Bool

    init(_ input: PlannedInput, _ session: AnnotateSession) throws {
      let request = session.request
      self.input = input
      files = request.files.ofRecording(input.name)
      own = try AnnotateSession.earlier(request, files, session.tools)
      rows = own?.part(of: nil) ?? session.earlier?.part(of: session.plan.several ? input.shown : nil)
      let isWritten = request.resume && (input.isWritten || request.out == nil) && session.isThere(files)
      let hasRows = request.kept == nil || rows?.isWhole == true
      content = session.database == nil ? nil : RecordingContent.mark(of: input.input)
      isDone = try isWritten && hasRows && session.database?.isDone(input.shown, content: content) ?? true
    }
  }

  private func part(_ index: Int) throws -> Part {
    if let known = parts.withLock({ $0[index] }) { return known }
    let part = try Part(plan.inputs[index], self)
    parts.withLock { $0[index] = part }
    return part
  }

  private func isThere(_ files: ResultFiles) -> Bool { files.paths.allSatisfy { access($0, F_OK) == 0 } }

  /// One input of several that fails does not keep the others from being done.
  private func annotate(_ input: PlannedInput, _ index: Int, _ tools: AnalysisTools, _ results: OrderedResults) throws {
    let part = try part(index)
    if part.isDone {
      try part.rows?.replay(labels: tools.classifier.labels) {
        try results.add(named($0, input), hasRow: true, of: index)
      }
      return
    }
    let entry = try database?.begin(input.shown, content: part.content)
    do { try annotate(part, index, entry, tools, results) } catch let broken as BrokenOff
      where !plan.several || broken.isOfOutput
    {
      throw broken
    } catch  where plan.several && !(error is Interrupted || error is RowDatabaseError || hasEnded) {
      try fail(error, input, entry)
    }
  }

  private func fail(_ error: any Error, _ input: PlannedInput, _ entry: Int64?) throws {
    let text = context.sentence(error)
    outcome.withLock { $0.failures.append((input.shown, text)) }
    context.notify(.failed(error))
    if let entry { try database?.end(entry, failure: text) }
  }

  private func annotate(
    _ part: Part, _ index: Int, _ entry: Int64?, _ tools: AnalysisTools, _ results: OrderedResults
  ) throws {
    let input = part.input
    let own = part.files.isEmpty ? nil : try record(part.files, several: false, part.own)
    defer { own?.discard() }
    do {
      let inputRun = try InputRun(input, request, tools, several: plan.several, earlier: part.rows, context)
      try inputRun.run { [self] result in
        let hasRow = request.hasRowsOfHeldFrames || result.isMeasured
        try results.add(named(result, input), hasRow: hasRow, of: index)
        try own?.add(result, hasRow: hasRow)
        if let entry { try database?.add(result, hasRow: hasRow, of: entry) }
      }
    } catch let interrupted as Interrupted {
      throw Interrupted(kept: interrupted.kept + (try own?.keepPartials() ?? []))
    } catch let broken as BrokenOff {
      throw BrokenOff(broken.failure, kept: broken.kept + (try own?.keepPartials() ?? []))
    }
    if let own { try finish(own, input) }
    if let output = input.missing { outcome.withLock { $0.written.append(output) } }
    if let entry { try database?.end(entry, failure: nil) }
  }

  private func finish(_ own: ResultRecord, _ input: PlannedInput) throws {
    let names = try own.finish { DocumentSubject($0, inputs: [input]) }
    outcome.withLock { $0.written += names }
  }

  /// With the input's name where there are several.
  private func named(_ result: FrameResult, _ input: PlannedInput) -> FrameResult {
    var result = result
    result.input = plan.several ? input.shown : nil
    return result
  }

  /// What an interrupted run left, now that all is there.
  private func forgetPartials() {
    let own = plan.inputs.flatMap { request.files.ofRecording($0.name).paths }
    for file in request.files.ofRun.paths + own + plan.inputs.compactMap(\.output) {
      unlink(FileName.inserted("partial", into: FileName.followed(file)))
      Leftovers.clear(file)
    }
  }
}

extension SessionContext {
  /// The same with a cancellation of its own, which the one that was given cancels as well.
  fileprivate func linked() -> SessionContext {
    var context = self
    let (inner, outer) = (Cancellation(), cancellation)
    outer.onCancel { inner.cancel() }
    context.cancellation = inner
    context.isStopped = { outer.isCancelled }
    return context
  }
}

/// Why a session did not annotate all it was asked to.
public enum AnnotateError: Error, Hashable, Sendable {
  /// Inputs that failed; each had its own sentence.
  case someFailed(Int, of: Int)
}
