import Foundation
import Training

/// What `mien train` and `mien cascade train` run: it can be stopped and resumed.
protocol TrainingRun {
  associatedtype Figures: EpochLine
  var lastCheckpoint: String { get }
  func resume() throws
  func run(stop: () -> Bool, progress: (TrainingProgress) -> Void, epoch: (Figures) -> Void) throws -> RunEnd
}

extension Trainer: TrainingRun {}
extension DetectorTrainer: TrainingRun {}

extension TrainingRun {
  /// Runs with its progress shown, until it has finished or people stop it.
  func run(resumes: Bool) throws {
    if resumes { try resume() }
    let cancellation = Interruption.cancellation()
    let progress = TrainingProgressLine()
    let end = try run(stop: { cancellation.isCancelled }, progress: progress.show, epoch: progress.show)
    progress.end()
    if end == .stopped { throw Interrupted(kept: [lastCheckpoint]) }
  }
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
