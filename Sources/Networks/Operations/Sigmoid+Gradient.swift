extension Sigmoid: Differentiable {
  public static var backwardReads: BackwardReads { .output }

  public func backward(_ io: TrainingIO) {
    io.setInputGradient { io.outputGradient[$0] * io.output[$0] * (1 - io.output[$0]) }
  }
}
