/// All that decides a training run. The keys of its JSON file are the rows of `ConfigurationKey.table`.
public struct TrainingConfiguration: Sendable, Hashable {
  /// How a data set is told from the configuration's name where `dataPath` is empty.
  public var dataPath = ""
  /// Side of the network's square input.
  public var imageSize = 48
  /// Channels of the input; the grey value is repeated.
  public var inChannels = 1
  /// Classes of the main head.
  public var classCount = 7
  /// Name of the architecture.
  public var architecture = "alexnet"
  /// What a grey value of 0 to 255 is centred on.
  public var mean = 0.0
  /// What it is divided by.
  public var deviation = 255.0

  /// Learning rate; the peak of one-cycle.
  public var rate = 0.0001
  /// Momentum of SGD; the first moment's of Adam and its kin.
  public var momentum = 0.9
  /// Nesterov's form of momentum.
  public var nesterov = false
  /// Decay of weights (in the gradient for SGD and RAdam, apart from it for AdamW).
  public var weightDecay = 0.0
  /// Which parameters decay.
  public var decayed = DecayScope.all
  /// How weights follow gradients.
  public var optimizer = OptimizerKind.radam
  /// How the rate changes.
  public var schedule = ScheduleKind.plateau
  /// Epochs without a better accuracy before the plateau schedule lowers the rate.
  public var plateauPatience = 2
  /// Epochs between the drops of the step schedule.
  public var stepEpochs = 50
  /// Part of a one-cycle or cosine run in which the rate rises.
  public var warmup = 0.2
  /// Longest norm of all gradients together; 0 for no limit.
  public var clipNorm = 0.0

  /// Images a step.
  public var batchSize = 128
  /// Most epochs.
  public var epochs = 50
  /// Epochs without a better accuracy after which the run ends.
  public var plateauCount = 8
  /// Seed of weights, order and augmentation.
  public var seed = 1
  /// Worker threads; 0 for one a core. Results do not depend on it.
  public var threads = 0

  /// Whether rare classes weigh more in the loss: balanced to a mean of 1.
  public var weightedLoss = false
  /// Part of each target that is spread over all classes (Szegedy et al., 2016).
  public var labelSmoothing = 0.0
  /// Parameter of mixup's beta distribution (Zhang et al., 2018); 0 for none.
  public var mixup = 0.0
  /// Weight of the loss of the head `votes`; 0 leaves it untrained.
  public var votesWeight = 0.0
  /// Models whose answers are part of each target.
  public var teachers: [String] = []
  /// That part.
  public var teacherWeight = 0.5
  /// Weight of the loss of auxiliary heads.
  public var auxiliaryWeight = 0.4
  /// Decay of the averaged copy of the weights; 0 for none.
  public var averaging = 0.0
  /// Dropout's probability; negative keeps the architecture's own.
  public var dropout = -1.0
  /// Whether training images that are also in the validation split are dropped.
  public var dropDuplicates = true
  /// Random changes of the images.
  public var augmentation = Augmentation()

  /// What only a face detector's training needs.
  public var detection = DetectionSettings()

  /// File with weights to start from; empty for random ones.
  public var pretrained = ""
  /// Beginnings of the names of parameters that stay as they are.
  public var frozen: [String] = []

  /// Which epoch's weights become the model.
  public var kept = KeptEpoch.best
  /// Which accuracy lowers the plateau schedule's rate, ends a run that stands still, and says which epoch is best.
  public var steering = Steering.validation

  /// Folder of the TensorBoard logs.
  public var logFolder = "saved/logs"
  /// Folder of the checkpoints.
  public var checkpointFolder = "saved/checkpoints"
  /// Name of the run in both folders.
  public var modelName = "model"
  /// Program and version, for the run's record.
  public var program = "mien"
  /// Keys of the file in its order with their values as text, for the run's record.
  public var given: [String: String] = [:]

  /// The defaults.
  public init() {}
}

extension TrainingConfiguration {
  /// Makes this the run that holds out `fold`: a folder of its own, and no choice of an epoch by the held-out images.
  public mutating func holdOut(_ fold: Fold) {
    modelName += "/" + fold.folder
    given["fold"] = fold.description
    (kept, steering) = (.last, .training)
  }
}

/// Images whose accuracy steers a run.
public enum Steering: Sendable {
  /// Those of the validation split.
  case validation
  /// Those it learns from: where figures are published on the validation split, which must choose nothing.
  case training
}

/// Which epoch's weights become the model.
public enum KeptEpoch: String, Sendable, CaseIterable {
  /// That with the best validation accuracy.
  case best
  /// The last: where the validation split is what figures are published on.
  case last
}

/// Which parameters decay.
public enum DecayScope: String, Sendable, CaseIterable {
  /// Every parameter, as PyTorch's optimisers do.
  case all
  /// Convolution and linear weights, not biases or batch norm's scale and shift.
  case weights
}

/// How weights follow gradients.
public enum OptimizerKind: String, Sendable, CaseIterable {
  /// Stochastic gradient descent with momentum.
  case sgd
  /// Adam with decoupled weight decay (Loshchilov and Hutter, 2019).
  case adamw
  /// Rectified Adam (Liu et al., 2020).
  case radam
}

/// How the learning rate changes.
public enum ScheduleKind: String, Sendable, CaseIterable {
  /// It stays.
  case constant
  /// A tenth whenever the validation accuracy stands still.
  case plateau
  /// A tenth every `steplr` epochs.
  case step
  /// Half a cosine to zero after a linear rise.
  case cosine
  /// Up and down by cosines (Smith and Topin, 2018).
  case onecycle
}
