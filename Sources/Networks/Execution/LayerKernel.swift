import Kernels

/// What an operation is asked to plan.
public struct KernelRequest: Sendable {
  /// Extent of one image of each input, the residual excluded.
  public var inputs: [Shape]
  /// Extent of one image of the output.
  public var output: Shape
  /// Parameters in the order of `Operation.parameters`, after folding.
  public var parameters: [Tensor]
  /// Largest batch that will run.
  public var batch: Int
  /// The batch for which a kernel is to be the best.
  public var usual = 1
  /// What is done to each output element in the same sweep.
  public var fusion: Fusion
  /// The node of the graph that asks.
  public var node = 0
  /// The instruction set to run with.
  public var instructions = InstructionSet.chosen
  /// What other executors have packed for it.
  public var packed = PackedParameters()
}

/// What passes have moved into an operation, applied in this order to each element of its output.
public struct Fusion: Sendable {
  /// The operation's last input has the output's shape and is added.
  public var addsResidual = false
  /// Applied last.
  public var function: ActivationFunction = .identity

  /// Nothing fused.
  public init() {}
}

/// Which fusions an operation's fast form takes.
public struct FusionSupport: OptionSet, Sendable {
  public let rawValue: Int
  public init(rawValue: Int) { self.rawValue = rawValue }
  /// An activation function after it.
  public static let activation = FusionSupport(rawValue: 1)
  /// An addition of a value of the same shape.
  public static let residual = FusionSupport(rawValue: 2)
}

/// What one call of a kernel sees. Buffers are NHWC, packed; none overlaps another unless the operation works in place.
public struct LayerCall {
  /// Images.
  public var batch: Int
  /// Inputs in the operation's order; a fused residual is last.
  public var inputs: UnsafePointer<UnsafePointer<Float>>
  /// Where to write.
  public var output: UnsafeMutablePointer<Float>
  /// The kernel's `scratch` floats, of the calling worker alone.
  public var scratch: UnsafeMutablePointer<Float>
  /// The kernel's `shared` floats, seen by all workers and kept between phases.
  public var shared: UnsafeMutablePointer<Float>
}

/// A planned layer: parameters packed, sizes fixed. It runs in phases, one after the other, each of independent parts
/// that any thread may do: every element of the output is made of the same sums whoever does it.
/// A run allocates nothing.
public protocol LayerKernel: Sendable {
  /// Name in `--explain`: `winograd-4x4`.
  var name: String { get }
  /// Floats that each worker needs.
  var scratch: Int { get }
  /// Floats that all workers share.
  var shared: Int { get }
  /// Kernels that would be faster but cannot do this layer.
  var refused: [RejectedKernel] { get }
  /// Phases for `batch` images.
  func phases(batch: Int) -> Int
  /// Parts of a phase for `batch` images.
  func parts(phase: Int, batch: Int) -> Int
  /// Does one part.
  func run(phase: Int, part: Int, _ call: LayerCall)
}

extension LayerKernel {
  public var scratch: Int { 0 }
  public var shared: Int { 0 }
  public var refused: [RejectedKernel] { [] }
  public func phases(batch: Int) -> Int { 1 }
}

/// Why a kernel was not chosen for a layer.
public struct RejectedKernel: Hashable, Sendable {
  /// The reasons there are.
  public enum Reason: Hashable, Sendable {
    /// It does kernels of another size, stride, dilation or number of groups.
    case geometry
    /// The layer has too few channels for it to pay.
    case channels(Int)
    /// By the cost model it takes this many times as long as the chosen one.
    case slower(Double)
  }
  /// The kernel's name.
  public var kernel: String
  /// Why not.
  public var reason: Reason
}

/// The plain definition as a kernel: for operations without a fast form, and as the oracle in tests. It allocates.
struct ReferenceKernel: LayerKernel {
  let name = "reference"
  let operation: any Operation
  let request: KernelRequest

  func parts(phase: Int, batch: Int) -> Int { batch }

  func run(phase: Int, part: Int, _ call: LayerCall) {
    let output = call.output + part * request.output.count
    let images = request.inputs.enumerated().map { Activation(call.inputs[$0] + part * $1.count, $1) }
    operation.reference(
      ForwardIO(
        batch: 1, inputs: images, parameters: request.parameters, output: output, outputShape: request.output))
    if request.fusion.addsResidual {
      let residual = call.inputs[request.inputs.count] + part * request.output.count
      combine(.add, output, residual, output, count: request.output.count)
    }
    apply(request.fusion.function, output, output, count: request.output.count)
  }
}
