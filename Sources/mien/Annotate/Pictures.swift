import Display
import Foundation
import Recognition

/// The pictures of a whole run: the timeline's chart and the report.
struct Pictures {
  private let request: AnnotateRequest
  private let title: String
  private let media: String?
  private let start: Double

  /// - Parameters:
  ///   - inputs: all inputs of the run; one alone gives its name to the chart and its video to the report.
  ///   - start: presentation time in the source of the first frame.
  init(_ request: AnnotateRequest, inputs: [PlannedInput], start: Double) {
    self.request = request
    let only = inputs.count == 1 ? inputs[0] : nil
    title = only.map { URL(fileURLWithPath: $0.input).lastPathComponent } ?? "\(inputs.count) recordings"
    media = only.flatMap { $0.output ?? ($0.input.contains("://") || $0.input == "-" ? nil : $0.input) }
    self.start = only?.output == nil ? 0 : start
  }

  /// Refuses what cannot be written before any work is done.
  static func check(_ request: AnnotateRequest) throws(DisplayError) {
    if let path = request.timeline { _ = try DrawingFormat(path: path) }
  }

  /// Writes what was asked for; returns the names.
  func write(_ timeline: Timeline) throws -> [String] {
    if let path = request.timeline { try chart(timeline, path) }
    if let path = request.report { try report(timeline, path) }
    return [request.timeline, request.report].compactMap(\.self)
  }

  private func chart(_ timeline: Timeline, _ path: String) throws {
    let bytes = try TimelineChart(timeline, title: title).bytes(as: DrawingFormat(path: path))
    try OutputFile.write(path, force: request.force) { try $0.write(bytes) }
  }

  private func report(_ timeline: Timeline, _ path: String) throws {
    let shown = self.media.map { ReportMedia(path: $0, page: path, start: start) }
    let report = Report(timeline, title: title, media: shown)
    try OutputFile.write(path, force: request.force) { file in try report.write { try file.write([UInt8]($0)) } }
  }
}
