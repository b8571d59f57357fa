/// One key of a training configuration: the table below is all that reader, documentation and `did you mean` know.
public struct ConfigurationKey: Sendable {
  /// What a value must be.
  public enum Kind: Sendable, Hashable {
    /// Text.
    case text
    /// Texts.
    case list
    /// A whole number in a range.
    case whole(ClosedRange<Int>)
    /// A number in a range.
    case number(ClosedRange<Double>)
    /// `true`, `false`, 1 or 0.
    case flag
    /// So many whole numbers in a range.
    case numbers(Int, ClosedRange<Int>)
    /// One of the words.
    case choice([String])
  }

  /// The key.
  public let name: String
  /// What its value must be.
  public let kind: Kind
  /// What it does, in a line.
  public let summary: String
  let apply: @Sendable (inout TrainingConfiguration, ConfigurationValue) -> Void

  init(
    _ name: String, _ kind: Kind, _ summary: String,
    _ apply: @escaping @Sendable (inout TrainingConfiguration, ConfigurationValue) -> Void = { _, _ in }
  ) {
    (self.name, self.kind, self.summary, self.apply) = (name, kind, summary, apply)
  }

  /// Every key.
  public static let table: [ConfigurationKey] =
    data + network + optimisation + loss + images + detection + run + ignored

  private static let data = [
    ConfigurationKey("data_path", .text, "folder of the data set; saved/data/NAME by default") {
      $0.dataPath = $1.text
    },
    ConfigurationKey("drop_duplicates", .flag, "leave out training images that the validation split has too") {
      $0.dropDuplicates = $1.flag
    },
  ]

  private static let network = [
    ConfigurationKey("arch", .text, "architecture, a name of the zoo") { $0.architecture = $1.text },
    ConfigurationKey("image_size", .whole(8...1024), "side of the network's input in pixels") {
      $0.imageSize = $1.whole
    },
    ConfigurationKey("in_channels", .whole(1...3), "channels of the input") { $0.inChannels = $1.whole },
    ConfigurationKey("num_classes", .whole(2...1000), "classes of the main head") { $0.classCount = $1.whole },
    ConfigurationKey("mean", .number(0...255), "subtracted from a grey value") { $0.mean = $1.number },
    ConfigurationKey("std", .number(0.001...1000), "a grey value is divided by it") { $0.deviation = $1.number },
    ConfigurationKey("dropout", .number(-1...0.95), "probability of dropout; -1 keeps the architecture's") {
      $0.dropout = $1.number
    },
    ConfigurationKey("pretrained", .text, "file with weights to start from") { $0.pretrained = $1.text },
    ConfigurationKey("freeze", .list, "beginnings of parameter names that stay as they are") { $0.frozen = $1.list },
  ]

  private static let optimisation = [
    ConfigurationKey("lr", .number(0...100), "learning rate, one-cycle's peak") { $0.rate = $1.number },
    ConfigurationKey("momentum", .number(0...0.9999), "momentum, or Adam's first decay") { $0.momentum = $1.number },
    ConfigurationKey("nesterov", .flag, "Nesterov's momentum") { $0.nesterov = $1.flag },
    ConfigurationKey("weight_decay", .number(0...1), "decay of weights") { $0.weightDecay = $1.number },
    ConfigurationKey("decay", .choice(DecayScope.allCases.map(\.rawValue)), "which parameters decay") {
      $0.decayed = DecayScope(rawValue: $1.text)!
    },
    ConfigurationKey("optimizer", .choice(OptimizerKind.allCases.map(\.rawValue)), "how weights follow gradients") {
      $0.optimizer = OptimizerKind(rawValue: $1.text)!
    },
    ConfigurationKey("schedule", .choice(ScheduleKind.allCases.map(\.rawValue)), "how the learning rate changes") {
      $0.schedule = ScheduleKind(rawValue: $1.text)!
    },
    ConfigurationKey("plateau_patience", .whole(0...1000), "epochs without progress before the rate drops") {
      $0.plateauPatience = $1.whole
    },
    ConfigurationKey("steplr", .whole(1...1_000_000), "epochs between drops of the step schedule") {
      $0.stepEpochs = $1.whole
    },
    ConfigurationKey("warmup", .number(0...0.9), "part of the run in which one-cycle and cosine rise") {
      $0.warmup = $1.number
    },
    ConfigurationKey("clip_norm", .number(0...1e6), "longest norm of the gradients; 0 for no limit") {
      $0.clipNorm = $1.number
    },
    ConfigurationKey("ema", .number(0...0.99999), "decay of the averaged weights; 0 for none") {
      $0.averaging = $1.number
    },
  ]

  private static let loss = [
    ConfigurationKey("weighted_loss", .flag, "rare classes weigh more") { $0.weightedLoss = $1.flag },
    ConfigurationKey("label_smoothing", .number(0...0.9), "part of a target spread over all classes") {
      $0.labelSmoothing = $1.number
    },
    ConfigurationKey("mixup", .number(0...10), "parameter of mixup; 0 for none") { $0.mixup = $1.number },
    ConfigurationKey("votes_weight", .number(0...100), "weight of the head that learns FER+'s votes") {
      $0.votesWeight = $1.number
    },
    ConfigurationKey("teachers", .list, "model files whose answers are part of each target") {
      $0.teachers = $1.list
    },
    ConfigurationKey("teacher_weight", .number(0...1), "that part") { $0.teacherWeight = $1.number },
    ConfigurationKey("auxiliary_weight", .number(0...100), "weight of auxiliary heads") {
      $0.auxiliaryWeight = $1.number
    },
  ]

  private static let images = [
    ConfigurationKey("rotate", .number(0...180), "largest rotation in degrees") { $0.augmentation.rotation = $1.float },
    ConfigurationKey("scale", .number(0...0.9), "largest change of scale") { $0.augmentation.scale = $1.float },
    ConfigurationKey("shift", .number(0...0.9), "largest shift, of the input's side") {
      $0.augmentation.shift = $1.float
    },
    ConfigurationKey("flip", .number(0...1), "probability of a mirror image") { $0.augmentation.flip = $1.float },
    ConfigurationKey("brightness", .number(0...1), "largest change of brightness") {
      $0.augmentation.brightness = $1.float
    },
    ConfigurationKey("contrast", .number(0...1), "largest change of contrast") { $0.augmentation.contrast = $1.float },
    ConfigurationKey("erase", .number(0...1), "probability of an erased rectangle of 6 to 15 pixels of 48") {
      $0.augmentation.erase = $1.float
    },
  ]

  private static let run = [
    ConfigurationKey("batch_size", .whole(1...4096), "images a step") { $0.batchSize = $1.whole },
    ConfigurationKey("max_epoch_num", .whole(1...1_000_000), "most epochs") { $0.epochs = $1.whole },
    ConfigurationKey("max_plateau_count", .whole(1...1_000_000), "epochs without progress that end the run") {
      $0.plateauCount = $1.whole
    },
    ConfigurationKey("keep", .choice(KeptEpoch.allCases.map(\.rawValue)), "which epoch's weights become the model") {
      $0.kept = KeptEpoch(rawValue: $1.text)!
    },
    ConfigurationKey("seed", .whole(0...Int(Int32.max)), "seed of weights, order and augmentation") {
      $0.seed = $1.whole
    },
    ConfigurationKey("threads", .whole(0...256), "worker threads; 0 for one a core") { $0.threads = $1.whole },
    ConfigurationKey("log_dir", .text, "folder of the TensorBoard logs") { $0.logFolder = $1.text },
    ConfigurationKey("checkpoint_dir", .text, "folder of the checkpoints") { $0.checkpointFolder = $1.text },
    ConfigurationKey("checkpoint_path", .text, "another word for checkpoint_dir") { $0.checkpointFolder = $1.text },
    ConfigurationKey("model_name", .text, "name of the run") { $0.modelName = $1.text },
  ]

  /// Keys of the reference system that have no meaning here and are taken without effect.
  private static let ignored = [
    ConfigurationKey("num_workers", .whole(0...4096), "taken and ignored: threads prepare their own images"),
    ConfigurationKey("device", .text, "taken and ignored: training runs on the CPU"),
    ConfigurationKey("distributed", .flag, "taken and ignored"),
    ConfigurationKey("trainer_name", .text, "taken and ignored"),
    ConfigurationKey("dataset_name", .text, "taken and ignored"),
    ConfigurationKey("data_test", .flag, "taken and ignored"),
    ConfigurationKey("cached_npy", .flag, "taken and ignored"),
    ConfigurationKey("little", .flag, "taken and ignored"),
    ConfigurationKey("store_trainer", .flag, "taken and ignored"),
  ]
}

/// A value that fits its key's kind.
enum ConfigurationValue {
  case text(String)
  case list([String])
  case number(Double)
  case numbers([Int])

  var text: String { if case .text(let text) = self { text } else { preconditionFailure("not a text") } }
  var list: [String] { if case .list(let list) = self { list } else { preconditionFailure("not a list") } }
  var number: Double { if case .number(let number) = self { number } else { preconditionFailure("not a number") } }
  var wholes: [Int] { if case .numbers(let all) = self { all } else { preconditionFailure("no numbers") } }
  var float: Float { Float(number) }
  var whole: Int { Int(number) }
  var flag: Bool { number != 0 }
}
