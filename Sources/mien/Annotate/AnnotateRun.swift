import Core
import Display
import Faces
import Glibc
import Media
import Recognition
import Rows

/// Carries out one `mien annotate`.
final class AnnotateRun {
  private var request: AnnotateRequest
  private let plan: OutputPlan
  /// Taken up under `--resume`.
  private let earlier: EarlierRows?
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
    let labels = tools.classifier.labels
    earlier = request.resume ? try request.kept.flatMap { try EarlierRows.find($0, labels: labels) } : nil
    if OutputPlan.replacesRows(request) { self.request.force = true }
    timeline = TimelineBuilder(labels: tools.classifier.labels)
  }

  func run() throws {
    if plan.inputs.allSatisfy(isDone), !rowsAreMissing {
      if !request.quiet { Terminal.complain("Nothing is left to do: every output is there.\n") }
      return
    }
    if !request.quiet, let sentence = MediaLocations.sentence(leftOut: MediaLocations.leftOut(request.inputs)) {
      Terminal.complain("mien: \(sentence)\n")
    }
    do {
      try openRows()
      for input in plan.inputs { try annotate(input) }
      try finish()
    } catch {
      for row in rows { row.file.discard() }
      guard cancellation.isCancelled else { throw error }
      // Whatever breaks off then was broken off by that.
      throw Interrupted(kept: (error as? Interrupted)?.kept ?? [], next: request.continuation)
    }
    if failures > 0 { throw AnnotateError.someFailed(failures, of: plan.inputs.count) }
  }

  /// Its output and all its rows are there.
  private func isDone(_ input: PlannedInput) -> Bool {
    guard request.resume, input.isWritten || request.out == nil else { return false }
    return request.kept == nil || part(of: input)?.isWhole == true
  }

  private func part(of input: PlannedInput) -> EarlierRows.Part? {
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
          format, path: path, labels: tools.classifier.labels, several: plan.several, force: request.force))
    }
  }

  /// One input of several that fails does not keep the others from being done.
  private func annotate(_ input: PlannedInput) throws {
    if isDone(input), let part = part(of: input) { return try part.replay(labels: tools.classifier.labels, take) }
    do {
      let run = try InputRun(
        input, request, tools, rows: rows, several: plan.several, earlier: part(of: input), cancellation)
      try run.run { self.timeline.add($0) }
      if let output = input.missing { written.append(output) }
    } catch let interrupted as Interrupted {
      throw Interrupted(kept: interrupted.kept + (try keepPartials()))
    } catch let broken as BrokenOff where !plan.several || broken.isOfOutput {
      throw try ended(broken)
    } catch  where plan.several {
      failures += 1
      Terminal.complain("mien: \(sentence(for: error))\n")
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
    if cancellation.isCancelled { return Interrupted(kept: kept) }
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
    written += try Pictures(request, inputs: plan.inputs, start: timeline.start).write(timeline)
    if request.resume { forgetPartials() }
    if !request.quiet, !written.isEmpty { Terminal.complain("Wrote \(listed(written)).\n") }
  }
}

extension AnnotateRun {
  /// What an interrupted run left, now that all is there.
  private func forgetPartials() {
    let files = request.rows.map(\.path).filter { $0 != "-" } + plan.inputs.compactMap(\.output)
    for file in files {
      unlink(FileName.inserted("partial", into: FileName.followed(file)))
      Leftovers.clear(file)
    }
  }
}

/// Why `mien annotate` did not do all it was asked.
enum AnnotateError: Error, Hashable {
  /// Inputs that failed; each had its own sentence.
  case someFailed(Int, of: Int)
}

/// What all inputs of a run share.
struct AnalysisTools {
  private let detectors: DetectorSource
  private let analysis: AnalysisRequest
  let classifier: Ensemble
  /// Where `--explain` asks for it.
  let heat: FaceHeat?

  /// Loads detector and networks.
  init(_ request: AnnotateRequest) throws {
    analysis = request.analysis
    detectors = try DetectorLibrary().open(analysis.detector)
    let (ensemble, models) = try ModelLibrary().ensemble(
      analysis.models, labels: analysis.labels, threads: analysis.threads)
    classifier = ensemble
    heat = request.explains ? try FaceHeat(models, labels: classifier.labels, threads: analysis.threads) : nil
  }

  /// A detector for one input: a still is looked at for small faces as a whole, a recording by turns.
  func detector(for input: MediaInfo) -> any Detector {
    let side = analysis.smallestFace ?? Self.smallestFace
    return detectors.detector(
      for: input.isStill ? .faces(from: side) : .facesByTurns(from: side), leastBox: analysis.leastBox,
      threads: analysis.threads)
  }

  /// What the networks say of one input's faces: all of them look at all.
  func reader() -> FaceReader { FaceReader(classifier, threads: analysis.threads) }

  /// What calls whatever may be a face in one input, where faces are to be hidden.
  func hidingDetector(for input: MediaInfo) -> any Detector {
    detectors.detector(for: input.isStill ? .hidingStills(from: Self.smallestFace) : .hiding)
  }

  /// Pixels from which on faces are looked for.
  private static let smallestFace = 24.0
}
