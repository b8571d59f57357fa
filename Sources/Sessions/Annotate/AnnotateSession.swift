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
  private var written: [String] = []
  private var failures = 0

  /// Checks all names and loads the networks; nothing is written yet.
  /// - Throws: what cannot be found, loaded or written.
  public init(_ request: AnnotateRequest, context: SessionContext = SessionContext()) throws {
    (self.request, self.context) = (request, context)
    plan = try OutputPlan(request)
    tools = try AnalysisTools(request)
    earlier = try AnnotateSession.earlier(request, request.files.ofRun, tools)
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
    do { try annotateAll() } catch {
      guard context.cancellation.isCancelled else { throw error }
      // Whatever breaks off then was broken off by that.
      throw Interrupted(kept: (error as? Interrupted)?.kept ?? [])
    }
    if failures > 0 { throw AnnotateError.someFailed(failures, of: plan.inputs.count) }
  }

  private func isNothingLeft() throws -> Bool {
    guard isThere(request.files.ofRun) else { return false }
    return try plan.inputs.allSatisfy { try Part($0, self).isDone }
  }

  private func annotateAll() throws {
    let run = try record(request.files.ofRun, several: plan.several, earlier)
    defer { run.discard() }
    for input in plan.inputs {
      do { try annotate(input, run) } catch let interrupted as Interrupted {
        throw Interrupted(kept: interrupted.kept + (try run.keepPartials()))
      } catch let broken as BrokenOff {
        throw try ended(broken, run)
      }
    }
    written += try run.finish { DocumentSubject($0, inputs: plan.inputs) }
    if request.resume { forgetPartials() }
    if !written.isEmpty { context.notify(.wrote(written)) }
  }

  private func record(_ files: ResultFiles, several: Bool, _ earlier: ResumeIndex?) throws -> ResultRecord {
    try ResultRecord(
      files, labels: tools.classifier.labels, several: several, force: OutputPlan.mayReplace(files, request),
      earlier: earlier, context)
  }

  /// All that was done so far is kept, where that is anything.
  private func ended(_ broken: BrokenOff, _ run: ResultRecord) throws -> any Error {
    let kept = broken.kept + (try run.keepPartials())
    if context.cancellation.isCancelled { return Interrupted(kept: kept) }
    return kept.isEmpty ? broken.failure : BrokenOff(broken.failure, kept: kept)
  }
}

/// One input after another.
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
    /// Its output and all its rows are there.
    let isDone: Bool

    init(_ input: PlannedInput, _ session: AnnotateSession) throws {
      let request = session.request
      self.input = input
      files = request.files.ofRecording(input.name)
      own = try AnnotateSession.earlier(request, files, session.tools)
      rows = own?.part(of: nil) ?? session.earlier?.part(of: session.plan.several ? input.shown : nil)
      let isWritten = request.resume && (input.isWritten || request.out == nil) && session.isThere(files)
      isDone = isWritten && (request.kept == nil || rows?.isWhole == true)
    }
  }

  private func isThere(_ files: ResultFiles) -> Bool { files.paths.allSatisfy { access($0, F_OK) == 0 } }

  /// One input of several that fails does not keep the others from being done.
  private func annotate(_ input: PlannedInput, _ run: ResultRecord) throws {
    let part = try Part(input, self)
    if part.isDone {
      try part.rows?.replay(labels: tools.classifier.labels) { try run.add(named($0, input)) }
      return
    }
    do { try annotate(part, run) } catch let broken as BrokenOff where !plan.several || broken.isOfOutput {
      throw broken
    } catch  where plan.several && !(error is Interrupted) {
      failures += 1
      context.notify(.failed(error))
    }
  }

  private func annotate(_ part: Part, _ run: ResultRecord) throws {
    let input = part.input
    let own = part.files.isEmpty ? nil : try record(part.files, several: false, part.own)
    defer { own?.discard() }
    do {
      let inputRun = try InputRun(input, request, tools, several: plan.several, earlier: part.rows, context)
      try inputRun.run { result in
        let hasRow = self.request.hasRowsOfHeldFrames || result.isMeasured
        try run.add(self.named(result, input), hasRow: hasRow)
        try own?.add(result, hasRow: hasRow)
      }
    } catch let interrupted as Interrupted {
      throw Interrupted(kept: interrupted.kept + (try own?.keepPartials() ?? []))
    } catch let broken as BrokenOff {
      throw BrokenOff(broken.failure, kept: broken.kept + (try own?.keepPartials() ?? []))
    }
    if let output = input.missing { written.append(output) }
    if let own { written += try own.finish { DocumentSubject($0, inputs: [input]) } }
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

/// Why a session did not annotate all it was asked to.
public enum AnnotateError: Error, Hashable, Sendable {
  /// Inputs that failed; each had its own sentence.
  case someFailed(Int, of: Int)
}
