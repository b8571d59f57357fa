import Networks

/// What is wrong with a weight file. The file's name is added by `WeightFileError`, the sentence by the program.
public enum WeightProblem: Error, Hashable, Sendable {
  /// Cannot be opened or mapped; the system's error number.
  case cannotOpen(errno: Int32)
  /// A folder or a device.
  case notAFile
  /// Cannot be written; the system's error number.
  case cannotWrite(errno: Int32)
  /// The first bytes are those of no known format.
  case unknownFormat
  /// The file ends inside of `part`.
  case truncated(part: String)
  /// `part` breaks the rule of its format that `detail` names in technical words.
  case malformed(part: String, detail: String)
  /// The file uses something that its format allows and Mien does not read: a type, an operation, a compression.
  case unsupported(kind: String, name: String)
  /// A pickle asks for a callable that is none of the few that tensors need (`posix.system`); nothing of it was run.
  case forbidden(global: String)
  /// Reading would take more of `resource` than any real file needs: a bomb.
  case bomb(resource: String, limit: Int)
  /// The file asks for weights in `file`, which is no plain file of its own folder.
  case outside(file: String)
  /// The weights are in `file` beside it, which cannot be read.
  case missingBeside(file: String)
  /// The network leaves the height or width of its input open.
  case openSize(input: String)
  /// The network takes images of one size, and another was given.
  case fixedSize(Extent, given: Extent)
  /// The network computes with whole numbers.
  case quantised(operation: String)
  /// The network multiplies activations by each other, as attention does.
  case attention(operation: String)
  /// Parameters do not match the network.
  case mismatch(WeightMismatch)
}

/// A problem with the file that has it.
public struct WeightFileError: Error, Hashable, Sendable {
  /// Path as given.
  public var file: String
  /// What is wrong.
  public var problem: WeightProblem

  /// `problem` of `file`.
  public init(file: String, problem: WeightProblem) {
    self.file = file
    self.problem = problem
  }
}

/// Runs `body` and names `file` in the problem that it throws.
func naming<Result>(
  _ file: String, _ body: () throws(WeightProblem) -> Result
) throws(WeightFileError) -> Result {
  do { return try body() } catch { throw WeightFileError(file: file, problem: error) }
}
