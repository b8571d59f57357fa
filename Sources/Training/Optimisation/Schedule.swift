import Foundation

/// The learning rate of each step. Only the plateau schedule remembers anything: `plateau` belongs into checkpoints.
struct Schedule: Sendable {
  let kind: ScheduleKind
  let peak: Double
  let warmup: Double
  let steps: Int
  let stepsInEpoch: Int
  let dropEpochs: Int
  var plateau: Plateau

  init(_ configuration: TrainingConfiguration, stepsInEpoch: Int) {
    kind = configuration.schedule
    peak = configuration.rate
    warmup = configuration.warmup
    steps = stepsInEpoch * configuration.epochs
    self.stepsInEpoch = stepsInEpoch
    dropEpochs = configuration.stepEpochs
    plateau = Plateau(patience: configuration.plateauPatience)
  }

  /// The rate of step `step`, counted from 0.
  func rate(_ step: Int) -> Double {
    switch kind {
    case .constant: peak
    case .plateau: peak * plateau.factor
    case .step: peak * pow(0.1, Double(step / stepsInEpoch / dropEpochs))
    case .cosine: cosine(step)
    case .onecycle: oneCycle(step)
    }
  }

  private func cosine(_ step: Int) -> Double {
    let rise = warmup * Double(steps)
    if Double(step) < rise { return peak * (Double(step) + 1) / (rise + 1) }
    return blend(peak, 0, (Double(step) - rise) / max(1, Double(steps) - rise))
  }

  /// As `torch.optim.lr_scheduler.OneCycleLR`: from a 25th of the peak up to it, then down to a 250,000th.
  private func oneCycle(_ step: Int) -> Double {
    let top = warmup * Double(steps) - 1
    if Double(step) <= top { return blend(peak / 25, peak, Double(step) / max(top, 1)) }
    return blend(peak, peak / 250_000, (Double(step) - top) / max(1, Double(steps - 1) - top))
  }

  private func blend(_ from: Double, _ to: Double, _ part: Double) -> Double {
    to + (from - to) * (1 + cos(.pi * part)) / 2
  }
}

/// Lowers the rate to a tenth when the error stands still, as PyTorch's `ReduceLROnPlateau` (relative threshold 1e-4).
struct Plateau: Sendable, Codable, Hashable {
  let patience: Int
  private(set) var factor = 1.0
  private var best = Double.greatestFiniteMagnitude
  private var bad = 0

  init(patience: Int) { self.patience = patience }

  /// Takes in an epoch's validation error.
  mutating func record(_ error: Double) {
    bad = error < best * (1 - 1e-4) ? 0 : bad + 1
    best = min(best, error)
    guard bad > patience else { return }
    factor *= 0.1
    bad = 0
  }
}
