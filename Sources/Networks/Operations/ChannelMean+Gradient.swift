extension ChannelMean: Differentiable {
  public static var backwardReads: BackwardReads { [] }

  public func backward(_ io: TrainingIO) {
    let channels = io.inputs[0].shape.channels
    io.setInputGradient { io.outputGradient[$0 / channels] / Float(channels) }
  }
}
