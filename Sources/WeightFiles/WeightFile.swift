import Networks

/// What a weight file holds: tensors by name and, in safetensors, words about them.
public struct WeightFile: Sendable {
  /// Parameters and buffers.
  public var weights: Weights
  /// safetensors' `__metadata__`; empty for formats without.
  public var metadata: [String: String]

  /// Tensors and words about them.
  public init(weights: Weights, metadata: [String: String] = [:]) {
    self.weights = weights
    self.metadata = metadata
  }

  /// Reads the file at `path` in whichever format of `weightFormats` it is.
  /// - Parameter size: height and width of the images for a network that leaves them open.
  /// - Throws: `WeightFileError`; nothing that a file may contain makes it crash or run code.
  public init(path: String, size: Extent? = nil) throws(WeightFileError) {
    self = try naming(path) { () throws(WeightProblem) in try WeightFile(FileBytes(path: path), size: size) }
  }

  /// Reads `bytes` in whichever format they are.
  public init(_ bytes: FileBytes, size: Extent? = nil) throws(WeightProblem) {
    guard let format = weightFormats.first(where: { $0.recognises(bytes.raw) }) else { throw .unknownFormat }
    self = try format.read(bytes, size)
  }
}

/// A format of weight files.
struct WeightFormat: Sendable {
  /// The format's name.
  var name: String
  /// Whether a file that begins so is of this format.
  var recognises: @Sendable (UnsafeRawBufferPointer) -> Bool
  /// Reads a whole file; a network that leaves its images' size open takes it from the second argument.
  var read: @Sendable (FileBytes, Extent?) throws(WeightProblem) -> WeightFile

  /// A format that is read by `read`.
  init(
    name: String, recognises: @escaping @Sendable (UnsafeRawBufferPointer) -> Bool,
    read: @escaping @Sendable (FileBytes, Extent?) throws(WeightProblem) -> WeightFile
  ) {
    (self.name, self.recognises, self.read) = (name, recognises, read)
  }

  /// A format of weights alone, whose networks have no say in the images' size.
  init(
    name: String, recognises: @escaping @Sendable (UnsafeRawBufferPointer) -> Bool,
    read: @escaping @Sendable (FileBytes) throws(WeightProblem) -> WeightFile
  ) {
    self.init(name: name, recognises: recognises) { (file, _) throws(WeightProblem) in try read(file) }
  }
}

/// All formats that are read, one row each.
let weightFormats: [WeightFormat] = [
  WeightFormat(name: "safetensors", recognises: Safetensors.recognises, read: Safetensors.read),
  WeightFormat(name: "PyTorch", recognises: TorchFile.isZip, read: TorchFile.readZip),
  WeightFormat(name: "PyTorch, legacy", recognises: TorchFile.isPickle, read: TorchFile.readLegacy),
  WeightFormat(name: "ONNX", recognises: ONNXFile.recognises, read: ONNXFile.read),
]
