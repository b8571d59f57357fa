import Kernels

/// A parameter or buffer that an operation needs.
public struct ParameterSpec: Hashable, Sendable {
  /// What it is for; optimisers and importers treat the kinds differently.
  public enum Role: Sendable {
    /// Trained; weight decay applies.
    case weight
    /// Trained; weight decay does not apply (biases, batch norm's scale and shift).
    case bias
    /// Not trained: running statistics.
    case buffer
  }

  /// PyTorch's name within its module: `weight`, `bias`, `running_mean`, …
  public var name: String
  /// PyTorch's dimensions.
  public var shape: [Int]
  /// How it is treated.
  public var role: Role

  /// A parameter of the given name, shape and role.
  public init(_ name: String, _ shape: [Int], _ role: Role) {
    self.name = name
    self.shape = shape
    self.role = role
  }
}

/// Why an operation cannot take its inputs.
public enum ShapeError: Error, Hashable, Sendable {
  /// `operation` at `path` cannot take inputs of `shapes`; `detail` names the rule, in technical words.
  case unfit(operation: String, path: String, shapes: [Shape], detail: String)
}

/// A batch of activations that an operation reads: `batch` images of `shape`, NHWC, packed.
public struct Activation {
  /// First element.
  public var base: UnsafePointer<Float>
  /// Extent of one image.
  public var shape: Shape

  /// A batch at `base`.
  public init(_ base: UnsafePointer<Float>, _ shape: Shape) {
    self.base = base
    self.shape = shape
  }
}

/// All that a forward call sees. `output` never overlaps an input unless the operation says that it works in place.
public struct ForwardIO {
  /// Images.
  public var batch: Int
  /// Inputs in the graph's order.
  public var inputs: [Activation]
  /// Parameters in the order of `Operation.parameters`.
  public var parameters: [Tensor]
  /// Where to write: `batch` images of `outputShape`.
  public var output: UnsafeMutablePointer<Float>
  /// Extent of one image of the output.
  public var outputShape: Shape

  /// A call with everything it sees.
  public init(
    batch: Int, inputs: [Activation], parameters: [Tensor], output: UnsafeMutablePointer<Float>, outputShape: Shape
  ) {
    self.batch = batch
    self.inputs = inputs
    self.parameters = parameters
    self.output = output
    self.outputShape = outputShape
  }
}

/// One operation of a network. Each lives in one file: parameters, shape rule, reference forward, fast forward,
/// backward, cost, with its layouts in the documentation; and in one row of `operationTable`. Settings are `Codable`, so that
/// graphs can be files.
/// `Codable`, so that a graph which is no architecture of the zoo (an imported one) can travel in a model file.
public protocol Operation: Sendable, Codable {
  /// Name in tables and `--explain`: `conv2d`.
  static var name: String { get }
  /// What it needs, in the order in which calls pass it.
  var parameters: [ParameterSpec] { get }
  /// The shape of the output.
  /// - Throws: `ShapeError.unfit` with an empty path; the graph fills it in.
  func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape
  /// Multiply-accumulates for one image; 0 where counting tools of the field count none.
  func macs(_ inputs: [Shape], _ output: Shape) -> Int
  /// Plain loops, kept for ever: the definition that every faster form is tested against.
  func reference(_ io: ForwardIO)

  /// The fast forward: packs parameters and fixes sizes once.
  func kernel(_ request: KernelRequest) -> any LayerKernel
  /// What the fast form can do in the same sweep.
  var fusions: FusionSupport { get }
  /// Set for a plain function of each element, which can be fused into the operation before it.
  var function: ActivationFunction? { get }
  /// Whether, in inference, the output's bytes are those of the only input.
  func isIdentity(_ inputs: [Shape]) -> Bool
}

extension Operation {
  /// Most operations have no parameters.
  public var parameters: [ParameterSpec] { [] }
  /// Most operations multiply nothing worth counting.
  public func macs(_ inputs: [Shape], _ output: Shape) -> Int { 0 }
  /// The reference, for operations that take no time.
  public func kernel(_ request: KernelRequest) -> any LayerKernel {
    ReferenceKernel(operation: self, request: request)
  }
  /// Most operations fuse nothing.
  public var fusions: FusionSupport { [] }
  /// Most operations are no plain function.
  public var function: ActivationFunction? { nil }
  /// Most operations change something.
  public func isIdentity(_ inputs: [Shape]) -> Bool { false }
}
