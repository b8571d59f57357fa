import Core
import Display
import Evaluation
import Foundation

/// The figures of `mien evaluate` as files.
struct EvaluationCharts {
  private let request: EvaluateRequest

  init(_ request: EvaluateRequest) { self.request = request }

  /// Refuses what cannot be written before any work is done.
  static func check(_ request: EvaluateRequest) throws(DisplayError) {
    if let path = request.confusion, !isTeX(path) {
      do {
        _ = try DrawingFormat(path: path)
      } catch .unknownDrawingFormat(let path, let known) {
        throw .unknownDrawingFormat(path: path, known: known + [".tex"])
      }
    }
    if let path = request.reliability { _ = try DrawingFormat(path: path) }
  }

  /// Writes what was asked for.
  func write(_ result: EvaluationResult) throws {
    if let path = request.confusion { try write(confusion(result, path), to: path) }
    if let path = request.reliability {
      let bins = result.bins.map { bin in
        ReliabilityChart.Bin(
          bin.lower...bin.upper, part: Double(bin.images) / Double(result.images), confidence: bin.confidence,
          accuracy: bin.accuracy)
      }
      let subtitle = String(format: "expected calibration error %.4f, %d images", result.ece, result.images)
      let chart = try ReliabilityChart(bins, title: title(result), subtitle: subtitle)
      try write(chart.bytes(as: DrawingFormat(path: path)), to: path)
    }
  }

  private func write(_ bytes: [UInt8], to path: String) throws {
    try OutputFile.write(path, force: true, whenWaiting: Terminal.sayWaiting) { try $0.write(bytes) }
  }

  private func confusion(_ result: EvaluationResult, _ path: String) throws -> [UInt8] {
    if EvaluationCharts.isTeX(path) {
      return Array(result.matrix.tex(caption: "\(title(result)): \(subtitle(result))").utf8)
    }
    let chart = try ConfusionChart(
      classes: result.labels, counts: result.confusion, title: title(result), subtitle: subtitle(result))
    return try chart.bytes(as: DrawingFormat(path: path))
  }

  private func title(_ result: EvaluationResult) -> String {
    let part =
      request.folds.first.map { "\(request.folds.count) folds of \($0.kind.rawValue)" }
      ?? request.split.rawValue
    let data = URL(fileURLWithPath: request.folder).lastPathComponent
    return "\(result.models.joined(separator: ", ")) on \(data), \(part)"
  }

  private func subtitle(_ result: EvaluationResult) -> String {
    String(
      format: "%d of %d right: %.2f %% (95 %% interval %.2f to %.2f)", result.correct, result.images, result.accuracy,
      result.interval95[0], result.interval95[1])
  }

  private static func isTeX(_ path: String) -> Bool { path.lowercased().hasSuffix(".tex") }
}
