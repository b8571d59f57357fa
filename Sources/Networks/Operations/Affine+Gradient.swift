extension Affine: Differentiable {
  public static var backwardReads: BackwardReads { [] }

  public func backward(_ io: TrainingIO) {
    let channels = io.outputShape.channels
    io.setInputGradient { io.outputGradient[$0] * scale($0 % channels) }
  }
}
