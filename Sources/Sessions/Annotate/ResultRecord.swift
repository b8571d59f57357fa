import Core
import Display
import Foundation
import Rows

/// Rows and documents of a run, or of one recording of it, while they come to be.
final class ResultRecord {
  private let files: ResultFiles
  private let force: Bool
  private let context: SessionContext
  /// Taken up under `--resume`.
  private let earlier: ResumeIndex?
  private var rows: [RowsSink] = []
  private var builder: TimelineBuilder?

  /// Begins the files of rows.
  /// - Parameter earlier: rows of them that an earlier run left.
  init(
    _ files: ResultFiles, labels: LabelSet, several: Bool, force: Bool, earlier: ResumeIndex?,
    _ context: SessionContext
  ) throws {
    (self.files, self.force, self.earlier, self.context) = (files, force, earlier, context)
    builder = files.documents.isEmpty ? nil : TimelineBuilder(labels: labels)
    for (format, path) in files.rows {
      rows.append(try RowsSink(format, path: path, labels: labels, several: several, force: force, context))
    }
  }

  /// Adds what one frame says.
  /// - Parameter hasRow: whether rows have it, too.
  func add(_ result: FrameResult, hasRow: Bool = true) throws {
    if hasRow { for row in rows { try row.add(result) } }
    builder?.add(result)
  }

  /// Nothing is kept.
  func discard() {
    for row in rows { row.file.discard() }
    rows = []
  }

  /// Names of the rows' partial files.
  func keepPartials() throws -> [String] {
    defer { rows = [] }
    return try rows.compactMap(keepPartial)
  }

  private func keepPartial(_ row: RowsSink) throws -> String? {
    if let earlier, row.file.name == files.kept?.path, earlier.count > row.count {
      // Stopped before it came as far as the run before: that one's rows are worth more.
      row.file.discard()
      return earlier.path
    }
    // A full disk may not take the end; what is there stays.
    try? row.finish(end: nil)
    guard row.count > 0 else { return nil }
    return try row.file.keepPartial()
  }

  /// Completes the rows and writes the documents, which are about what `subject` makes of the timeline.
  /// - Returns: names of what was written.
  func finish(_ subject: (Timeline) -> DocumentSubject) throws -> [String] {
    var written: [String] = []
    for row in rows {
      try row.finish(end: nil)
      try row.file.commit()
      if row.file.name != "-" { written.append(row.file.name) }
    }
    rows = []
    guard let builder else { return written }
    let subject = subject(builder.timeline())
    for (document, path) in files.documents {
      try OutputFile.write(path, force: force, whenWaiting: { [context] in context.notify(.waiting($0)) }) { file in
        try document.write(subject, path, file.write)
      }
    }
    return written + files.documents.map(\.path)
  }
}

extension DocumentSubject {
  /// What the documents of a run over `inputs` are about; one alone gives its name to the chart and its video to the page.
  init(_ timeline: Timeline, inputs: [PlannedInput], failures: [(name: String, text: String)] = []) {
    let only = inputs.count == 1 ? inputs[0] : nil
    (self.timeline, self.failures) = (timeline, failures)
    title =
      only.map { PrintableText.line(URL(fileURLWithPath: $0.shown).lastPathComponent) }
      ?? "\(inputs.count) \(timeline.isOfStills ? "images" : "recordings")"
    name = only?.shown ?? title
    media = only.flatMap { $0.output ?? $0.file }
    mediaStart = only?.output == nil ? 0 : timeline.start
    let stills = timeline.stills
    images = inputs.filter { inputs.count > 1 && stills.contains($0.shown) }.compactMap { input in
      (input.output ?? input.file).map { (input.shown, $0) }
    }
  }
}

extension PlannedInput {
  /// Its path, where a page can name it: no address, no pipe, no numbered images.
  fileprivate var file: String? {
    shown == input && FileManager.default.fileExists(atPath: input) ? input : nil
  }
}
