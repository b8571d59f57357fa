import Evaluation
import Foundation

/// What `mien evaluate` says on standard output.
struct EvaluationText {
  private let result: EvaluationResult

  init(_ result: EvaluationResult) { self.result = result }

  /// All lines.
  var text: String {
    (conversions + heard + [summary] + members + folds + classes + search).map { $0 + "\n" }.joined()
  }

  private var summary: String {
    String(
      format: "%d of %d right: %.2f %% (95 %% interval %.2f to %.2f)", result.correct, result.images, result.accuracy,
      result.interval95[0], result.interval95[1])
  }

  private var conversions: [String] {
    (result.dropped ?? [:]).sorted { $0.key < $1.key }.map { model, classes in
      "\(model) also knows \(classes.joined(separator: ", ")), left out of its probabilities here."
    }
  }

  private var heard: [String] {
    (result.trainedOn ?? [:]).sorted { $0.key < $1.key }.map { model, count in
      "\(model) was trained on \(count) of these \(result.images) images: the figures say how well it knows them."
    }
  }

  private var members: [String] {
    guard let members = result.members else { return [] }
    let width = max(8, members.map(\.model.count).max()!)
    let rows = members.map { member in
      row(member.model, width, member.correct, member.accuracy, member.interval95, member.macroF1, member.ece)
    }
    let together = row(
      "together", width, result.correct, result.accuracy, result.interval95, result.macroF1, result.ece)
    return [""] + [padded("model", width) + "   right  accuracy    95 % interval  macro F1     ECE"] + rows + [together]
      + comparison
  }

  private func row(
    _ name: String, _ width: Int, _ correct: Int, _ accuracy: Double, _ interval: [Double], _ f1: Double, _ ece: Double
  ) -> String {
    padded(name, width)
      + String(
        format: "%8d %9.2f  %6.2f to %6.2f %9.2f %7.4f", correct, accuracy, interval[0], interval[1], f1, ece)
  }

  private var comparison: [String] {
    guard let test = result.mcnemar else { return [] }
    return [
      String(
        format: "McNemar: %d right by the first alone, %d by the second alone; p = %.4g", test.onlyFirst,
        test.onlySecond, test.p)
    ]
  }

  private var folds: [String] {
    guard let folds = result.folds, let mean = result.foldMean, let deviation = result.foldDeviation else { return [] }
    let rows = folds.map { fold in
      padded(fold.fold, 16) + String(format: "%5d of %5d %8.2f %%", fold.correct, fold.images, fold.accuracy)
    }
    return [""] + rows + [String(format: "folds: mean %.2f %%, standard deviation %.2f", mean, deviation)]
  }

  private var classes: [String] {
    let rows = result.classes.map { row in
      padded(row.name, 10) + number(row.precision) + number(row.recall) + number(row.f1)
        + String(format: "%10d", row.images)
    }
    let means = [result.macroPrecision, result.macroRecall, result.macroF1].map(number).joined()
    return ["", padded("class", 10) + " precision    recall        F1  images"] + rows
      + [
        padded("mean", 10) + means,
        String(format: "calibration error (ECE) %.4f, logarithmic loss %.4f", result.ece, result.logLoss),
      ]
  }

  private var search: [String] {
    guard let search = result.search else { return [] }
    let rows = search.best.map { choice in
      String(format: "%8d %8.2f %%  ", choice.correct, choice.accuracy) + choice.models.joined(separator: ",")
    }
    return ["", "best of \(search.tried) choices of members:"] + rows
  }

  private func number(_ value: Double?) -> String {
    value.map { String(format: "%10.2f", $0) } ?? "         –"
  }

  private func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}
