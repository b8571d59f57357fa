extension Flatten: Differentiable {
  public static var backwardReads: BackwardReads { [] }

  public func backward(_ io: TrainingIO) {
    let shape = io.inputs[0].shape
    io.addInputGradient { image, dx in
      let dy = io.gradient(image)
      for pixel in 0..<shape.pixels {
        for c in 0..<shape.channels { dx[pixel * shape.channels + c] += dy[c * shape.pixels + pixel] }
      }
    }
  }
}
