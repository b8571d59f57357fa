import Core
import Display
import Foundation
import Rows

/// The frames of a whole run: the timeline's chart and the report.
struct Frames {
  private let request: AnnotateRequest
  private let context: SessionContext
  private let title: String
  private let media: String?
  private let start: Double

  /// - Parameters:
  ///   - inputs: all inputs of the run; one alone gives its name to the chart and its video to the report.
  ///   - start: presentation time in the source of the first frame.
  init(_ request: AnnotateRequest, inputs: [PlannedInput], start: Double, _ context: SessionContext) {
    (self.request, self.context) = (request, context)
    let only = inputs.count == 1 ? inputs[0] : nil
    title =
      only.map { PrintableText.line(URL(fileURLWithPath: $0.shown).lastPathComponent) } ?? "\(inputs.count) recordings"
    media = only.flatMap { $0.output ?? (Frames.isFile($0) ? $0.input : nil) }
    self.start = only?.output == nil ? 0 : start
  }

  /// One that a page can name: no address, no pipe, no numbered images.
  private static func isFile(_ input: PlannedInput) -> Bool {
    input.shown == input.input && FileManager.default.fileExists(atPath: input.input)
  }

  /// Refuses what cannot be written before any work is done.
  static func check(_ request: AnnotateRequest) throws {
    if let path = request.timeline { _ = try DrawingFormat(path: path) }
    if let path = request.report, !pages.contains(where: path.lowercased().hasSuffix) {
      throw OutputFileError.ending(path, kind: "page", known: pages)
    }
  }

  private static let pages = [".html", ".htm"]

  /// Writes what was asked for; returns the names.
  func write(_ timeline: Timeline) throws -> [String] {
    if let path = request.timeline { try chart(timeline, path) }
    if let path = request.report { try report(timeline, path) }
    return [request.timeline, request.report].compactMap(\.self)
  }

  private func chart(_ timeline: Timeline, _ path: String) throws {
    let bytes = try TimelineChart(timeline, title: title).bytes(as: DrawingFormat(path: path))
    try write(path) { try $0.write(bytes) }
  }

  private func report(_ timeline: Timeline, _ path: String) throws {
    let shown = self.media.map { ReportMedia(path: $0, page: path, start: start) }
    let report = Report(timeline, title: title, media: shown)
    try write(path) { file in try report.write { try file.write([UInt8]($0)) } }
  }

  private func write(_ path: String, _ fill: (OutputFile) throws -> Void) throws {
    try OutputFile.write(path, force: request.force, whenWaiting: { context.notify(.waiting($0)) }, fill)
  }
}
