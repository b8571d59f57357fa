extension Concat: Differentiable {
  public static var backwardReads: BackwardReads { [] }

  public func backward(_ io: TrainingIO) {
    var first = 0
    for input in io.inputs.indices {
      let channels = io.inputs[input].shape.channels
      io.addInputGradient(input) { image, dx in
        for pixel in 0..<io.outputShape.pixels {
          let dy = io.gradient(image) + pixel * io.outputShape.channels + first
          for c in 0..<channels { dx[pixel * channels + c] += dy[c] }
        }
      }
      first += channels
    }
  }
}
