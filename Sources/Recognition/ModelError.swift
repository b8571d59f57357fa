/// Why a model cannot be used, besides `WeightFileError`.
public enum ModelError: Error, Hashable, Sendable {
  /// Neither a file nor a name in the folder of models; `known` are the names there.
  case notFound(name: String, known: [String])
  /// The file says of `key` nothing or something that does not fit.
  case badMetadata(file: String, key: String, value: String?)
  /// The file names an architecture that is not in the zoo; `known` are those that are.
  case unknownArchitecture(file: String, name: String, known: [String])
  /// A head of `outputs` values has `classes` names.
  case classCount(file: String, head: String, classes: Int, outputs: Int)
  /// A list of members that is not JSON of the form `{"members": ["NAME", …]}`, or that leads back to itself.
  case badEnsemble(file: String)
}
