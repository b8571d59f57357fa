import Foundation
import Sessions
import Training

/// What `mien train` and `mien detector train` run: it can be stopped and resumed.
protocol TrainingRun {
  associatedtype Figures: EpochLine
  var configuration: TrainingConfiguration { get }
  var history: [Figures] { get }
  var adopted: AdoptedWeights? { get }
  var ended: RunEnd? { get }
  func resume() throws
  func run(stop: () -> Bool, progress: (TrainingProgress) -> Void, epoch: (Figures) -> Void) throws -> RunEnd
}

extension Trainer: TrainingRun {}
extension DetectorTrainer: TrainingRun {}

extension TrainingRun {
  /// Runs in the folder that `claim` holds, with its progress shown, until it has finished or people stop it.
  func run(_ start: RunStart, _ claim: RunClaim) throws {
    if start == .resuming {
      try resume()
      if let ended { return say(sentence(for: ended, of: configuration, epochs: history.count, isNews: false)) }
    } else if let adopted {
      say(sentence(for: adopted))
    }
    claim.clear()
    try withExtendedLifetime(claim) { try train() }
  }

  private func train() throws {
    let cancellation = Interruption.cancellation()
    let progress = TrainingProgressLine()
    let end = try run(stop: { cancellation.isCancelled }, progress: progress.show, epoch: progress.show)
    progress.end()
    if end == .stopped { throw Interrupted(kept: [configuration.lastCheckpoint]) }
    say(sentence(for: end, of: configuration, epochs: history.count, isNews: true))
  }

  private func say(_ sentence: String) { Terminal.printToStandardError("\(sentence)\n") }
}

/// Figures of an epoch as people read them.
protocol EpochLine {
  var line: String { get }
}

extension EpochFigures: EpochLine {
  var line: String {
    let votes = votesAccuracy.map { String(format: ", votes %.2f %%", $0) } ?? ""
    return String(
      format: "epoch %d: loss %.4f, training %.2f %%, validation %.2f %%%@, rate %.5f, %.0f images/s", epoch, loss,
      trainAccuracy, accuracy, votes, rate, imagesPerSecond)
  }
}

extension DetectionFigures: EpochLine {
  var line: String {
    String(
      format: "epoch %d: loss %.4f, average precision %.2f %%, recall at 0.1 %.2f %%, rate %.5f, %.0f images/s", epoch,
      loss, averagePrecision, recallAtTenth, rate, scenesPerSecond)
  }
}
