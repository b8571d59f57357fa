extension PReLU: Differentiable {
  public static var backwardReads: BackwardReads { .inputs }

  public func backward(_ io: TrainingIO) {
    let (x, slope, channels) = (io.inputs[0].base, io.parameters[0].elements, io.outputShape.channels)
    if let gradient = io.parameterGradients[0] {
      for i in 0..<io.batch * io.outputShape.count where x[i] <= 0 {
        gradient[slopes == 1 ? 0 : i % channels] += io.outputGradient[i] * x[i]
      }
    }
    io.setInputGradient { i in
      x[i] > 0 ? io.outputGradient[i] : io.outputGradient[i] * slope[slopes == 1 ? 0 : i % channels]
    }
  }
}
