import Foundation

/// How a run ended.
public enum RunEnd: Hashable, Sendable {
  /// After its last epoch.
  case finished
  /// Since the accuracy stood still for `max_plateau_count` epochs.
  case stoodStill
  /// Because it was asked to; `--resume` goes on.
  case stopped
}

extension Trainer {
  /// Trains to the end or until `stop` says so, keeping checkpoints in the configuration's folder.
  /// - Parameters:
  ///   - progress: called about twice a second.
  ///   - epoch: called after each epoch.
  /// - Throws: `RunError`, `WeightFileError` or what writing files throws.
  public func run(
    stop: () -> Bool = { false }, progress: (TrainingProgress) -> Void = { _ in },
    epoch: (EpochFigures) -> Void = { _ in }
  ) throws -> RunEnd {
    let folder = RunFolder(configuration)
    let log = try folder.begin()
    try folder.writeRecord(self)
    if state.epoch == 0, state.step == 0 { try save(folder) }
    var clock = RunClock(total: schedule.steps - state.epoch * stepsInEpoch - state.step)
    while !state.ended {
      while state.step < stepsInEpoch {
        if stop() {
          try save(folder)
          return .stopped
        }
        try clock.time(train, configuration.batchSize) { try step() }
        if clock.isDue(every: 0.5) { progress(clock.progress(self)) }
        if clock.savesAreDue { try save(folder) }
      }
      epoch(try finishEpoch(folder, log, clock.imagesPerSecond))
    }
    return ended!
  }

  private func save(_ folder: RunFolder) throws { try checkpoint.write(folder.last) }

  private func finishEpoch(_ folder: RunFolder, _ log: EventWriter, _ speed: Double) throws -> EpochFigures {
    let seen = validate()
    guard seen.loss.isFinite else { throw RunError.validationDiverged(epoch: state.epoch + 1, checkpoint: folder.last) }
    let figures = EpochFigures(
      epoch: state.epoch + 1, loss: state.lossSum / Double(state.seen),
      trainAccuracy: 100 * Double(state.correct) / Double(state.seen), accuracy: seen.accuracy,
      validationLoss: seen.loss, votesAccuracy: seen.votesAccuracy, rate: lastRate, imagesPerSecond: speed)
    let improved = steering(figures) > state.best
    advance(figures, improved: improved)
    try log.add(figures)
    if improved || configuration.kept == .last { try folder.writeModel(self, figures) }
    try folder.writeRecord(self)
    try save(folder)
    return figures
  }

  private var lastRate: Double { schedule.rate(state.epoch * stepsInEpoch + state.step - 1) }

  private func steering(_ figures: EpochFigures) -> Double {
    configuration.steering == .validation ? figures.accuracy : figures.trainAccuracy
  }

  private func advance(_ figures: EpochFigures, improved: Bool) {
    schedule.plateau.record(100 - steering(figures))
    state.schedule = schedule.plateau
    state.history.append(figures)
    state.best = max(state.best, steering(figures))
    state.plateau = improved ? 0 : state.plateau + 1
    state.epoch += 1
    (state.step, state.lossSum, state.correct, state.seen) = (0, 0, 0, 0)
    state.ended = isOver
  }

  /// Whether all epochs are done, or too many without progress.
  private var isOver: Bool { state.epoch >= configuration.epochs || state.plateau >= configuration.plateauCount }

  /// How a run that has nothing left to do ended; nil where it goes on.
  public var ended: RunEnd? {
    guard state.ended else { return nil }
    return state.epoch < configuration.epochs ? .stoodStill : .finished
  }

  /// The run as it stands.
  var checkpoint: Checkpoint<TrainingState> {
    Checkpoint(
      weights: weights, average: average, moments: trained.moments, state: state, given: configuration.decisive)
  }

  /// Goes on from the run's last checkpoint; with more epochs than before, an ended run goes on, too.
  /// - Throws: `RunError.nothingToResume`, `.otherConfiguration`, `.otherImages`, `.badCheckpoint`.
  public func resume() throws {
    let saved: Checkpoint<TrainingState> = try configuration.readCheckpoint()
    guard saved.state.trainedOn == nil || saved.state.trainedOn == state.trainedOn else {
      throw RunError.otherImages(checkpoint: configuration.lastCheckpoint)
    }
    try trained.restore(saved.weights, saved.average, saved.moments, file: configuration.lastCheckpoint)
    state = saved.state
    state.trainedOn = trainedOn.words
    state.ended = isOver
    schedule.plateau = state.schedule
  }
}

extension TrainingConfiguration {
  /// The run's last checkpoint.
  /// - Throws: `RunError.nothingToResume`, `.otherConfiguration`, `.badCheckpoint`.
  func readCheckpoint<State>() throws -> Checkpoint<State> {
    let path = RunFolder(self).last
    guard FileManager.default.fileExists(atPath: path) else {
      throw RunError.nothingToResume(folder: RunFolder(self).checkpoints)
    }
    let saved = try Checkpoint<State>(path: path)
    let (now, given) = (decisive, saved.given)
    let changed = Set(now.keys).union(given.keys).filter { now[$0] != given[$0] }
    guard changed.isEmpty else { throw RunError.otherConfiguration(checkpoint: path, keys: changed.sorted()) }
    return saved
  }

  /// The given keys that decide what a run computes; how long it is may change on the way.
  var decisive: [String: String] {
    let free: Set = [
      "threads", "num_workers", "log_dir", "checkpoint_dir", "checkpoint_path", "model_name", "device", "data_path",
      "negatives", "crops", "max_epoch_num", "max_plateau_count",
    ]
    return given.filter { !free.contains($0.key) }
  }
}

/// Times steps for progress, figures and the time between checkpoints.
private struct RunClock {
  private let total: Int
  private var done = 0
  private var seconds = 0.0
  private var shown = Date.distantPast
  private var saved = Date()

  init(total: Int) { self.total = total }

  var imagesPerSecond: Double = 0

  mutating func time(_ set: FaceDataSet, _ batch: Int, _ step: () throws -> Void) rethrows {
    let start = ContinuousClock.now
    try step()
    let elapsed = start.duration(to: .now)
    seconds += Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
    done += 1
    imagesPerSecond = Double(done * min(batch, set.count)) / seconds
  }

  mutating func isDue(every seconds: Double) -> Bool {
    guard Date().timeIntervalSince(shown) >= seconds else { return false }
    shown = Date()
    return true
  }

  /// Long epochs are saved every five minutes as well.
  var savesAreDue: Bool {
    mutating get {
      guard Date().timeIntervalSince(saved) >= 300 else { return false }
      saved = Date()
      return true
    }
  }

  func progress(_ trainer: Trainer) -> TrainingProgress {
    TrainingProgress(
      epoch: trainer.state.epoch + 1, epochs: trainer.configuration.epochs, done: trainer.state.seen,
      images: trainer.train.count, loss: trainer.state.lossSum / Double(max(trainer.state.seen, 1)),
      imagesPerSecond: imagesPerSecond, secondsLeft: seconds / Double(done) * Double(total - done))
  }
}

extension EventWriter {
  /// The curves of an epoch.
  func add(_ figures: EpochFigures) throws {
    try scalar("train/loss", figures.loss, step: figures.epoch)
    try scalar("train/accuracy", figures.trainAccuracy, step: figures.epoch)
    try scalar("train/learning_rate", figures.rate, step: figures.epoch)
    try scalar("train/images_per_second", figures.imagesPerSecond, step: figures.epoch)
    try scalar("val/accuracy", figures.accuracy, step: figures.epoch)
    try scalar("val/loss", figures.validationLoss, step: figures.epoch)
    if let votes = figures.votesAccuracy { try scalar("val/votes_accuracy", votes, step: figures.epoch) }
  }
}
