import Foundation
import Training

/// What `mien evaluate` found, as its JSON has it. Percentages, but for calibration, which is in probabilities of 1.
public struct EvaluationResult: Encodable, Sendable {
  /// What one model says by itself.
  public struct Member: Encodable, Sendable {
    /// The model.
    public let model: String
    /// Right answers.
    public let correct: Int
    /// Right answers in percent.
    public let accuracy: Double
    /// The accuracy's 95 % interval, lower and upper end, in percent.
    public let interval95: [Double]
    /// Mean F1 over the classes, percent.
    public let macroF1: Double
    /// Expected calibration error, 0 to 1.
    public let ece: Double

    enum CodingKeys: String, CodingKey {
      case model, correct, accuracy, ece
      case interval95 = "interval_95"
      case macroF1 = "macro_f1"
    }
  }

  /// One fold.
  public struct FoldFigures: Encodable, Sendable {
    /// `subjects:1/10`.
    public let fold: String
    /// Images held out.
    public let images: Int
    /// Right answers.
    public let correct: Int
    /// Right answers in percent.
    public let accuracy: Double
  }

  /// Models of the ensemble.
  public let models: [String]
  /// The label set that was judged.
  public let labels: [String]
  /// Classes that heads had besides, which were left out before the softmax, by model.
  public var dropped: [String: [String]]?
  /// Images among those judged that a model was trained on, by model.
  public var trainedOn: [String: Int]?
  /// How the images were looked at.
  public let views: String
  /// How predictions were combined.
  public let combination: String
  /// Weights of the models, where they were not equal.
  public let weights: [Double]?
  /// Images judged.
  public let images: Int
  /// Right answers.
  public let correct: Int
  /// Right answers in percent.
  public let accuracy: Double
  /// The accuracy's 95 % interval (Wilson), lower and upper end, in percent.
  public let interval95: [Double]
  /// Means over the classes that occur, percent.
  public let macroPrecision, macroRecall, macroF1: Double
  /// Each class.
  public let classes: [ClassFigures]
  /// Expected calibration error, 0 to 1.
  public let ece: Double
  /// Mean logarithmic loss.
  public let logLoss: Double
  /// The reliability diagram's bins.
  public let bins: [Calibration.Bin]
  /// Images by true class (rows) and answer (columns).
  public let confusion: [[Int]]
  /// Each model by itself, where there are several.
  public let members: [Member]?
  /// Two models compared.
  public let mcnemar: McNemar?
  /// Each fold, where there are several.
  public let folds: [FoldFigures]?
  /// Mean and standard deviation (of a sample) over the folds' accuracies, percent.
  public let foldMean, foldDeviation: Double?
  /// The choice of members, where it was searched.
  public var search: SubsetSearch?

  enum CodingKeys: String, CodingKey {
    case models, labels, dropped, views, combination, weights, images, correct, accuracy, classes, ece, bins
    case confusion, members, mcnemar, folds, search
    case interval95 = "interval_95"
    case macroPrecision = "macro_precision"
    case macroRecall = "macro_recall"
    case macroF1 = "macro_f1"
    case logLoss = "log_loss"
    case trainedOn = "trained_on"
    case foldMean = "fold_mean"
    case foldDeviation = "fold_deviation"
  }
}

extension EvaluationResult {
  /// The figures of `panel`, whose predictions `combination` combines.
  /// - Throws: `EvaluationError.badWeights`.
  public init(_ panel: EvaluationPanel, _ combination: Combination, views: TestViews) throws(EvaluationError) {
    let probabilities = try combination.probabilities(panel.members)
    let matrix = ConfusionMatrix(classes: panel.labels.names, probabilities, truth: panel.truth)
    let calibration = Calibration(probabilities, truth: panel.truth)
    (models, labels, self.views) = (panel.members.map(\.model), panel.labels.names, views.rawValue)
    (self.combination, weights) = (combination.rule.rawValue, combination.weights)
    (images, correct, accuracy) = (matrix.images, matrix.correct, matrix.accuracy)
    interval95 = [matrix.interval.lowerBound, matrix.interval.upperBound]
    (macroPrecision, macroRecall, macroF1) = (matrix.macro(\.precision), matrix.macro(\.recall), matrix.macro(\.f1))
    (classes, confusion) = (matrix.classFigures, matrix.counts)
    (ece, logLoss, bins) = (calibration.error, calibration.logLoss, calibration.bins)
    let alone = try panel.members.map { member throws(EvaluationError) in
      try Combination(combination.rule).probabilities([member])
    }
    members = alone.count < 2 ? nil : zip(panel.members, alone).map { Member($0.model, $1, panel) }
    mcnemar = alone.count == 2 ? McNemar(alone[0], alone[1], truth: panel.truth) : nil
    folds = panel.folds.isEmpty ? nil : panel.folds.map { FoldFigures($0.fold, $0.images, probabilities, panel) }
    foldMean = folds.map { EvaluationResult.mean($0.map(\.accuracy)) }
    foldDeviation = folds.map { EvaluationResult.deviation($0.map(\.accuracy)) }
  }

  private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

  private static func deviation(_ values: [Double]) -> Double {
    let mean = mean(values)
    return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(values.count - 1, 1))).squareRoot()
  }

  /// The matrix again, for charts.
  public var matrix: ConfusionMatrix { ConfusionMatrix(classes: labels, counts: confusion) }
}

extension EvaluationResult.Member {
  fileprivate init(_ model: String, _ probabilities: [[Double]], _ panel: EvaluationPanel) {
    let matrix = ConfusionMatrix(classes: panel.labels.names, probabilities, truth: panel.truth)
    (self.model, correct, accuracy, macroF1) = (model, matrix.correct, matrix.accuracy, matrix.macro(\.f1))
    interval95 = [matrix.interval.lowerBound, matrix.interval.upperBound]
    ece = Calibration(probabilities, truth: panel.truth).error
  }
}

extension EvaluationResult.FoldFigures {
  fileprivate init(_ fold: Fold, _ range: Range<Int>, _ probabilities: [[Double]], _ panel: EvaluationPanel) {
    let matrix = ConfusionMatrix(classes: panel.labels.names, probabilities[range], truth: panel.truth[range])
    self.fold = fold.description
    (images, correct, accuracy) = (matrix.images, matrix.correct, matrix.accuracy)
  }
}
