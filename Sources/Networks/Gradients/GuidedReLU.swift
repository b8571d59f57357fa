/// A rectifier that lets only positive gradients back (Springenberg et al., 2015): for images of what a network looks at.
public struct GuidedReLU: Differentiable {
  public static let name = "guided_relu"
  public static var backwardReads: BackwardReads { .output }

  /// The operation.
  public init() {}

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape { try ReLU().outputShape(inputs) }
  public func reference(_ io: ForwardIO) { ReLU().reference(io) }
  public func trainingForward(_ io: TrainingIO) { ReLU().trainingForward(io) }

  public func backward(_ io: TrainingIO) {
    io.setInputGradient { io.output[$0] > 0 ? max(io.outputGradient[$0], 0) : 0 }
  }
}
