import Faces
import Foundation
import WeightFiles

extension DetectorTrainer {
  /// Trains to the end or until `stop` says so, keeping checkpoints and the best detector in the configuration's folder.
  /// - Parameters:
  ///   - progress: called about twice a second.
  ///   - epoch: called after each epoch.
  /// - Throws: `RunError`, `WeightFileError` or what writing files throws.
  public func run(
    stop: () -> Bool = { false }, progress: (TrainingProgress) -> Void = { _ in },
    epoch: (DetectionFigures) -> Void = { _ in }
  ) throws -> RunEnd {
    let folder = RunFolder(configuration)
    let log = try folder.begin()
    var clock = StepClock()
    while state.epoch < configuration.epochs {
      while state.step < stepsInEpoch {
        if stop() {
          try checkpoint.write(folder.last)
          return .stopped
        }
        try clock.time { try step() }
        if clock.isDue { progress(standing(clock)) }
      }
      epoch(try finishEpoch(folder, log, clock))
    }
    return .finished
  }

  private func finishEpoch(_ folder: RunFolder, _ log: EventWriter, _ clock: StepClock) throws -> DetectionFigures {
    let seen = validate()
    let figures = DetectionFigures(
      epoch: state.epoch + 1, loss: state.lossSum / Double(state.step), averagePrecision: seen.averagePrecision,
      recallAtTenth: seen.recallAtTenth, rate: schedule.rate(globalStep - 1), scenesPerSecond: scenesPerSecond(clock))
    state.history.append(figures)
    (state.epoch, state.step, state.lossSum) = (state.epoch + 1, 0, 0)
    try log.add(figures)
    let merit = figures.averagePrecision + figures.recallAtTenth
    // Of equals the later: it has learned longer at a lower rate, its points above all, which the merit does not see.
    if merit >= state.best {
      state.best = merit
      try write(figures, seen, to: folder.best)
    }
    try checkpoint.write(folder.last)
    return figures
  }

  /// Judges the averaged weights on the validation images, against what people marked.
  func validate() -> DetectionResult {
    // One look: it is the network that is chosen here, and second looks hide which epoch's is better.
    var options = NetworkDetector.Options(threshold: 0.02)
    options.secondLook = nil
    let detector = NetworkDetector(
      DetectorFile(trained.best, widths: configuration.detection.widths), options: options)
    var scorer = DetectionScorer()
    for image in set.validation {
      scorer.add(truth: image.truth, detections: image.image.levels[0].withPlane { detector.detect(in: $0) })
    }
    return scorer.result
  }

  private func write(_ figures: DetectionFigures, _ seen: DetectionResult, to path: String) throws {
    func list(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: ",") }
    let words = [
      "format": DetectorFile.format, "channels": list(configuration.detection.channels),
      "blocks": list(configuration.detection.blocks), "epoch": "\(figures.epoch)", "seed": "\(configuration.seed)",
      "program": configuration.program, "training": configuration.summary,
      "threshold": String(format: "%.2f", configuration.detection.threshold),
      "offset": String(format: "%.3f", offset(seen)),
      "validation_pictures": "\(seen.images)", "validation_faces": "\(seen.faces)",
      "validation_average_precision": String(format: "%.2f", seen.averagePrecision),
      "validation_recall_at_0.1": String(format: "%.2f", seen.recallAtTenth),
    ]
    try WeightFile(weights: trained.best, metadata: words).write(safetensors: path)
  }

  /// Calibration by which a face scores a half where there is one false alarm in ten validation images.
  private func offset(_ seen: DetectionResult) -> Double {
    let score = min(max(seen.scoreAtTenth, 0.02), 0.98)
    return log((1 - score) / score)
  }

  /// The run as it stands.
  var checkpoint: Checkpoint<State> {
    Checkpoint(
      weights: trained.weights, average: trained.average, moments: trained.moments, state: state,
      given: configuration.decisive)
  }

  /// Goes on from the run's last checkpoint.
  /// - Throws: `RunError.nothingToResume`, `.otherConfiguration`, `.badCheckpoint`.
  public func resume() throws {
    let saved: Checkpoint<State> = try configuration.readCheckpoint()
    try trained.restore(saved.weights, saved.average, saved.moments, file: configuration.lastCheckpoint)
    state = saved.state
  }

  /// How a run that has nothing left to do ended; nil where it goes on.
  public var ended: RunEnd? { state.epoch < configuration.epochs ? nil : .finished }

  private func scenesPerSecond(_ clock: StepClock) -> Double {
    Double(clock.steps * configuration.batchSize) / max(clock.seconds, 1e-9)
  }

  private func standing(_ clock: StepClock) -> TrainingProgress {
    let left = configuration.epochs * stepsInEpoch - globalStep
    return TrainingProgress(
      epoch: state.epoch + 1, epochs: configuration.epochs, done: state.step * configuration.batchSize,
      images: stepsInEpoch * configuration.batchSize, loss: state.lossSum / Double(max(state.step, 1)),
      imagesPerSecond: scenesPerSecond(clock), secondsLeft: clock.seconds / Double(clock.steps) * Double(left))
  }
}

/// Times steps.
private struct StepClock {
  private(set) var steps = 0
  private(set) var seconds = 0.0
  private var shown = ContinuousClock.now

  mutating func time(_ step: () throws -> Void) rethrows {
    let start = ContinuousClock.now
    try step()
    seconds += Double(start.duration(to: .now) / .milliseconds(1)) / 1000
    steps += 1
  }

  /// Twice a second.
  var isDue: Bool {
    mutating get {
      guard shown.duration(to: .now) > .milliseconds(500) else { return false }
      shown = .now
      return true
    }
  }
}

extension EventWriter {
  /// The curves of an epoch.
  fileprivate func add(_ figures: DetectionFigures) throws {
    try scalar("train/loss", figures.loss, step: figures.epoch)
    try scalar("train/learning_rate", figures.rate, step: figures.epoch)
    try scalar("train/images_per_second", figures.scenesPerSecond, step: figures.epoch)
    try scalar("val/average_precision", figures.averagePrecision, step: figures.epoch)
    try scalar("val/recall_at_0.1", figures.recallAtTenth, step: figures.epoch)
  }
}
