import Kernels

/// Fully connected layer, as `torch.nn.Linear`.
///
/// Input a vector (1 x 1 x `inFeatures`), output a vector of `outFeatures`; `weight` is out x in, `bias` is out.
public struct Linear: Operation {
  public static let name = "linear"
  /// Elements of the input.
  public var inFeatures: Int
  /// Elements of the output.
  public var outFeatures: Int
  /// Whether there is a bias.
  public var hasBias: Bool

  /// A layer over `input`, a vector.
  public init(_ input: Value, out: Int, bias: Bool = true) {
    inFeatures = input.shape.count
    outFeatures = out
    hasBias = bias
  }

  public var parameters: [ParameterSpec] {
    let weight = ParameterSpec("weight", [outFeatures, inFeatures], .weight)
    return hasBias ? [weight, ParameterSpec("bias", [outFeatures], .bias)] : [weight]
  }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    guard inputs.count == 1, inputs[0] == Shape(vector: inFeatures), outFeatures > 0 else {
      throw unfit(inputs, "takes one vector of \(inFeatures)")
    }
    return Shape(vector: outFeatures)
  }

  public func macs(_ inputs: [Shape], _ output: Shape) -> Int { inFeatures * outFeatures }

  public var fusions: FusionSupport { .activation }

  public func kernel(_ request: KernelRequest) -> any LayerKernel {
    if request.batch == 1 { return MatrixVectorKernel(self, request) }
    let shape = ConvolutionShape(
      input: (1, 1, inFeatures), output: (1, 1, outFeatures), kernel: (1, 1))
    return IndirectKernel("matrix", shape, request)
  }

  public func reference(_ io: ForwardIO) {
    let weight = io.parameters[0].elements
    io.forEachOutputPixel { n, _, _, y in
      let x = io.inputs[0].pixel(n, 0, 0)
      for out in 0..<outFeatures {
        var sum: Double = hasBias ? Double(io.parameters[1].elements[out]) : 0
        for c in 0..<inFeatures { sum += Double(x[c]) * Double(weight[out * inFeatures + c]) }
        y[out] = Float(sum)
      }
    }
  }
}

/// One vector: the weights are read in place, once.
private struct MatrixVectorKernel: LayerKernel {
  let name = "matrix-vector"
  let depth, outputs: Int
  let weight: Tensor
  let bias: Tensor?
  let function: ActivationFunction
  private static let outputsPerPart = 32

  init(_ linear: Linear, _ request: KernelRequest) {
    (depth, outputs) = (linear.inFeatures, linear.outFeatures)
    weight = request.parameters[0]
    bias = linear.hasBias ? request.parameters[1] : nil
    function = request.fusion.function
  }

  func parts(phase: Int, batch: Int) -> Int { (outputs + Self.outputsPerPart - 1) / Self.outputsPerPart }

  func run(phase: Int, part: Int, _ call: LayerCall) {
    let first = part * Self.outputsPerPart
    let range = first..<min(outputs, first + Self.outputsPerPart)
    multiply(
      outputs: range, depth: depth, weight: weight.elements.baseAddress!, bias: bias?.elements.baseAddress,
      call.inputs[0], call.output)
    apply(function, call.output + first, call.output + first, count: range.count)
  }
}
