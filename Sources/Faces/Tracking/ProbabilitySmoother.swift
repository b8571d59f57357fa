import Foundation

/// Smooths the probabilities of one track in time: an exponential mean whose memory is measured in seconds, so that
/// frame rate, dropped frames and variable timing do not change it.
public struct ProbabilitySmoother: Sendable {
  /// After so many seconds a prediction's weight has fallen to 1/e.
  public let timeConstant: Double
  /// The smoothed probabilities; empty before the first prediction.
  public private(set) var probabilities: [Double] = []
  private var last = 0.0

  /// With a memory of `timeConstant` seconds, above 0.
  public init(timeConstant: Double = 0.3) {
    precondition(timeConstant > 0)
    self.timeConstant = timeConstant
  }

  /// Takes in `predictions` at `time`; the smoothed probabilities sum to 1 when all predictions do.
  /// The first prediction is taken as it is; one that follows after `dt` counts 1 - exp(-dt / timeConstant).
  public mutating func add(_ predictions: [Double], at time: Double) {
    precondition(probabilities.isEmpty || predictions.count == probabilities.count)
    defer { last = time }
    guard !probabilities.isEmpty else { return probabilities = predictions }
    let keep = exp(-max(time - last, 0) / timeConstant)
    for place in predictions.indices {
      probabilities[place] = probabilities[place] * keep + predictions[place] * (1 - keep)
    }
  }
}
