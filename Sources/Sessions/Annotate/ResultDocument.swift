import Core
import Display
import Foundation
import Rows

/// A document about what was found, written once all is known: a row of `ResultDocument.table`.
public struct ResultDocument: Sendable {
  /// Also the option that asks for it: `report` for `--report`.
  public let name: String
  /// What it holds, as help says it.
  public let summary: String
  /// What an error calls it: `chart`.
  let kind: String
  /// The endings that its name may have.
  public let endings: [String]
  /// Whether it is about one recording alone.
  var isOfOne = false
  /// Its ending in a folder of one for each recording; nil: the name must say it.
  let usualEnding: String?
  /// Gives its bytes to `put`, for a file that will be called `path`.
  let write: @Sendable (_ subject: DocumentSubject, _ path: String, _ put: ([UInt8]) throws -> Void) throws -> Void

  /// Every document.
  public static let table = [timeline, segments, summary, report]

  /// Refuses a name whose ending it has no format for.
  func check(_ path: String, several: Bool) throws(OutputFileError) {
    let isForEach = RecordingNames.isForEach(path)
    if isOfOne, several, !isForEach { throw .oneForSeveralRecordings(path) }
    if isForEach, usualEnding == nil, !path.contains("%n") { throw .folderWithoutFormat(path, known: endings) }
    try check(isForEach ? RecordingNames.path(path, "x", ending: usualEnding ?? "") : path)
  }

  private func check(_ path: String) throws(OutputFileError) {
    guard endings.contains(where: path.lowercased().hasSuffix) else {
      throw .ending(path, kind: kind, known: endings)
    }
  }
}

/// What a document is about.
struct DocumentSubject {
  /// What was found.
  var timeline: Timeline
  /// What charts and pages call it.
  var title: String
  /// The name of an only recording, as rows would have it.
  var name: String
  /// The recording, where it is one that a page can show.
  var media: String?
  /// Presentation time in the source at which the media's own time starts.
  var mediaStart = 0.0
  /// Inputs that failed, and why.
  var failures: [(name: String, text: String)] = []
  /// Single images, drawn on where they were written.
  var images: [(name: String, path: String)] = []
}

extension ResultDocument {
  /// A chart of the tracks.
  public static let timeline = ResultDocument(
    name: "timeline", summary: "A chart of the tracks: .svg, .png or .pdf by the name",
    kind: "chart", endings: [".svg", ".png", ".pdf"], usualEnding: ".svg"
  ) { subject, path, put in
    try put(TimelineChart(subject.timeline, title: subject.title).bytes(as: DrawingFormat(path: path)))
  }

  /// Segments for editors and coders.
  public static let segments = ResultDocument(
    name: "segments",
    summary: "Expressions with beginning and end, for editors and coders: "
      + SegmentFormat.table.map { "\($0.endings[0]) (\($0.summary))" }.joined(separator: ", "),
    kind: "file of segments", endings: SegmentFormat.table.flatMap(\.endings), isOfOne: true,
    usualEnding: nil
  ) { subject, path, put in
    guard let format = SegmentFormat(path: path) else { return }
    let media = subject.media.map { ReportMedia.relative($0, to: path) }
    try put(format.bytes(SegmentDocument(subject.timeline, media: media)))
  }

  /// Figures for each face.
  public static let summary = ResultDocument(
    name: "summary", summary: "For how long each face showed what: .csv or .json by the name",
    kind: "table", endings: SummaryFormat.table.map(\.ending), usualEnding: ".csv"
  ) { subject, path, put in
    guard let format = SummaryFormat(path: path) else { return }
    try put(format.bytes(Summary(subject.timeline, name: subject.name, failures: subject.failures)))
  }

  /// A page for a browser.
  public static let report = ResultDocument(
    name: "report", summary: "One HTML page with video, timeline and table, or with the images: .html by the name",
    kind: "page", endings: [".html", ".htm"], usualEnding: ".html"
  ) { subject, path, put in
    let media = subject.media.map { ReportMedia(path: $0, page: path, start: subject.mediaStart) }
    let images = ReportImage.all(subject.images, page: path)
    try Report(subject.timeline, title: subject.title, media: media, images: images, failures: subject.failures).write {
      try put([UInt8]($0))
    }
  }
}
