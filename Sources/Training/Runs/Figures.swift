/// What an epoch showed.
public struct EpochFigures: Codable, Hashable, Sendable {
  /// From 1.
  public var epoch: Int
  /// Mean training loss, all heads with their weights.
  public var loss: Double
  /// Right answers of the main head on the augmented training images, percent.
  public var trainAccuracy: Double
  /// Right answers of the main head on the validation split, percent.
  public var accuracy: Double
  /// Mean cross-entropy of the main head on the validation split.
  public var validationLoss: Double
  /// Agreement of the head `votes` with the majority of people's votes, percent, where there is such a head and votes.
  public var votesAccuracy: Double?
  /// Learning rate of the last step.
  public var rate: Double
  /// Training frames a second.
  public var imagesPerSecond: Double
}

/// Where a run stands.
public struct TrainingProgress: Sendable {
  /// From 1.
  public var epoch: Int
  /// Most epochs.
  public var epochs: Int
  /// Images of the epoch done.
  public var done: Int
  /// Images of an epoch.
  public var images: Int
  /// Mean loss of the epoch so far.
  public var loss: Double
  /// Training frames a second.
  public var imagesPerSecond: Double
  /// Until the last epoch's end, if no early stop comes before.
  public var secondsLeft: Double
}
