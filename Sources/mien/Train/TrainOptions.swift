import Foundation
import Training

/// The options of `mien train` and `mien detector train`.
enum TrainOptions {
  private static let resume = Option<Bool>.flag(
    "--resume", "Go on from the run's last checkpoint; with more --epochs also after its end.")
  private static let force = Option<Bool>.flag("--force", "Replace a run of this name.")
  private static let rate = Option<Double>.number("--lr", "R", 0...100, "Learning rate, instead of the file's lr.")
  private static let epochs = Option<Int>.integer(
    "--epochs", "N", 1...1_000_000, "Most epochs, instead of the file's max_epoch_num.")
  private static let name = Option<String>.text("--name", "NAME", "Name of the run, instead of the file's model_name.")

  /// In the order of help.
  static let all = [resume.spec, force.spec, rate.spec, epochs.spec, name.spec]

  /// The file's configuration with what the command line says instead.
  static func configuration(_ arguments: Arguments) throws -> TrainingConfiguration {
    var configuration = try TrainingConfiguration(file: arguments.operands[0])
    configuration.program = "mien \(Mien.version)"
    let given: [(key: String, value: Any?)] = [
      ("lr", arguments[rate].map(NSNumber.init(value:))),
      ("max_epoch_num", arguments[epochs].map(NSNumber.init(value:))),
      ("model_name", arguments[name]),
    ]
    for (key, value) in given {
      // The options have their keys' own bounds.
      if let value { precondition(configuration.set(key, to: value)) }
    }
    return configuration
  }

  /// How the run begins.
  static func start(_ arguments: Arguments) throws(CommandLineError) -> RunStart {
    guard arguments.has(resume) else { return arguments.has(force) ? .replacing : .anew }
    if arguments.has(force) { throw .conflict(resume.spec.name, force.spec.name) }
    return .resuming
  }
}
