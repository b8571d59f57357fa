import Foundation
import Training

/// Progress of training on standard error: a line that is rewritten where people watch, and one line an epoch that stays.
struct TrainingProgressLine {
  private let isWatched = Terminal.isWatched

  func show(_ progress: TrainingProgress) {
    guard isWatched else { return }
    let part = 100 * progress.done / max(progress.images, 1)
    let line = String(
      format: "epoch %d of %d, %d %%, loss %.3f, %.0f images/s, %@ left", progress.epoch, progress.epochs, part,
      progress.loss, progress.imagesPerSecond, Self.duration(progress.secondsLeft))
    Terminal.printToStandardError("\r\u{1B}[K" + line)
  }

  func show(_ figures: some EpochLine) {
    Terminal.printToStandardError((isWatched ? "\r\u{1B}[K" : "") + figures.line + "\n")
  }

  func end() {
    if isWatched { Terminal.printToStandardError("\r\u{1B}[K") }
  }

  private static func duration(_ seconds: Double) -> String {
    let whole = Int(seconds)
    return String(format: "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60)
  }
}
