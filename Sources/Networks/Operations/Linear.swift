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
    guard inputs.count == 1, inputs[0] == Shape(vector: inFeatures) else {
      throw unfit(inputs, "takes one vector of \(inFeatures)")
    }
    return Shape(vector: outFeatures)
  }

  public func macs(_ inputs: [Shape], _ output: Shape) -> Int { inFeatures * outFeatures }

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
