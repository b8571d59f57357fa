import Kernels

/// What `backward` reads again; the planner keeps it until then.
public struct BackwardReads: OptionSet, Sendable {
  public let rawValue: Int
  public init(rawValue: Int) { self.rawValue = rawValue }
  /// The inputs' values.
  public static let inputs = BackwardReads(rawValue: 1)
  /// The output's value.
  public static let output = BackwardReads(rawValue: 2)
}

/// Where the gradient by one input goes: the input's layout.
public struct InputGradient {
  /// First element.
  public var base: UnsafeMutablePointer<Float>
  /// Whether to add to what is there; else every element is stored.
  public var accumulates: Bool
}

/// All that the training forms of an operation see. Buffers are NHWC, packed, and never overlap.
public struct TrainingIO {
  /// Images.
  public var batch: Int
  /// Inputs in the graph's order; their values are there in `backward` only where `backwardReads` says so.
  public var inputs: [Activation]
  /// Parameters in the order of `Operation.parameters`; running statistics are written.
  public var parameters: [Tensor]
  /// The output.
  public var output: UnsafeMutablePointer<Float>
  /// Extent of one image of the output.
  public var outputShape: Shape
  /// Gradient by the output; free for overwriting. Only in `backward`.
  public var outputGradient: UnsafeMutablePointer<Float>
  /// Gradients by the inputs; nil where nobody needs one.
  public var inputGradients: [InputGradient?]
  /// Gradients by the parameters, always added to; nil where a parameter stays as it is.
  public var parameterGradients: [UnsafeMutablePointer<Float>?]
  /// `savedFloats` floats that last from forward to backward.
  public var saved: UnsafeMutablePointer<Float>
  /// Threads and scratch memory.
  public var threadPool: TrainingThreadPool
  /// Decides this step's random choices.
  public var seed: UInt64
  /// False for forward as in PyTorch's `eval()` mode: running statistics, no dropout.
  public var isTraining: Bool
  /// Convolutions as plain sums: Winograd's transforms round coarsely enough to flip rectifiers near zero.
  public var exact: Bool
}

/// An operation that can be trained. Results must not depend on the number of threads: sums go in fixed parts, in order.
public protocol Differentiable: Operation {
  /// What `backward` reads again.
  static var backwardReads: BackwardReads { get }
  /// Floats that go from forward to backward.
  func savedFloats(batch: Int, inputs: [Shape], output: Shape) -> Int
  /// Forward as in PyTorch's `train()` mode, or `eval()` where `isTraining` is false.
  func trainingForward(_ io: TrainingIO)
  /// Gradients by inputs and parameters.
  func backward(_ io: TrainingIO)
}

extension Differentiable {
  public func savedFloats(batch: Int, inputs: [Shape], output: Shape) -> Int { 0 }

  public func trainingForward(_ io: TrainingIO) {
    guard let function else { return io.threadPool.run(io.batch) { image, _ in reference(io.forward(image)) } }
    io.threadPool.run(over: io.batch * io.outputShape.count, parts: 64) { _, range, _ in
      let at = range.lowerBound
      apply(function, io.inputs[0].base + at, io.output + at, count: range.count)
    }
  }
}

/// Threads that work on one operation after another, with scratch memory that grows to the largest need.
///
/// One trainer owns a threadPool; `reserve` is called between runs alone, which makes it safe to send.
public final class TrainingThreadPool: @unchecked Sendable {
  /// The threads.
  public let pool: ThreadPool
  private var own: [FloatAllocation]
  private var common = FloatAllocation(count: 0)

  /// A threadPool on `pool`.
  public init(pool: ThreadPool) {
    self.pool = pool
    own = (0..<pool.threads).map { _ in FloatAllocation(count: 0) }
  }

  /// Makes room for `scratch` floats a worker and `shared` floats for all; what was there is lost where it grows.
  func reserve(scratch: Int, shared: Int = 0) {
    if own[0].elements.count < scratch { own = own.map { _ in FloatAllocation(count: scratch) } }
    if common.elements.count < shared { common = FloatAllocation(count: shared) }
  }

  /// The worker's own memory.
  func scratch(_ worker: Int) -> UnsafeMutablePointer<Float> { own[worker].elements.baseAddress! }

  /// Memory that all see.
  var shared: UnsafeMutablePointer<Float> { common.elements.baseAddress! }

  /// Calls `body` with each part of `parts` and the worker that does it.
  func run(_ parts: Int, _ body: (_ part: Int, _ worker: Int) -> Void) { pool.run(parts: parts, body) }

  /// Calls `body` with consecutive ranges that cover `0..<count` in at most `parts` fixed parts.
  func run(over count: Int, parts: Int, _ body: (_ part: Int, _ range: Range<Int>, _ worker: Int) -> Void) {
    let parts = min(parts, count)
    run(parts) { part, worker in body(part, count * part / parts..<count * (part + 1) / parts, worker) }
  }
}

extension TrainingIO {
  /// Image `n` alone as the reference forward sees it.
  func forward(_ n: Int) -> ForwardIO {
    let images = inputs.map { Activation($0.base + n * $0.shape.count, $0.shape) }
    return ForwardIO(
      batch: 1, inputs: images, parameters: parameters, output: output + n * outputShape.count,
      outputShape: outputShape)
  }

  /// Output gradient of image `n`.
  func gradient(_ n: Int) -> UnsafeMutablePointer<Float> { outputGradient + n * outputShape.count }

  /// Gives each element of the only input its gradient from `function`(element's place), image by image.
  @inline(__always)
  func setInputGradient(_ function: (Int) -> Float) {
    guard let target = inputGradients[0] else { return }
    let count = inputs[0].shape.count
    threadPool.run(over: batch * count, parts: 64) { _, range, _ in
      if target.accumulates {
        for i in range { target.base[i] += function(i) }
      } else {
        for i in range { target.base[i] = function(i) }
      }
    }
  }

  /// Zeroes the gradient by `input` unless it accumulates, then calls `body` with each image and its part of it.
  @inline(__always)
  func addInputGradient(_ input: Int = 0, _ body: (_ image: Int, _ gradient: UnsafeMutablePointer<Float>) -> Void) {
    guard let target = inputGradients[input] else { return }
    let count = inputs[input].shape.count
    threadPool.run(batch) { image, _ in
      let base = target.base + image * count
      if !target.accumulates { base.update(repeating: 0, count: count) }
      body(image, base)
    }
  }

  /// Value of `input`, image `n`.
  func input(_ input: Int, _ n: Int) -> UnsafePointer<Float> {
    inputs[input].base + n * inputs[input].shape.count
  }
}
