extension Softmax: Differentiable {
  public static var backwardReads: BackwardReads { .output }

  public func backward(_ io: TrainingIO) {
    let channels = io.outputShape.channels
    io.addInputGradient { image, dx in
      for pixel in 0..<io.outputShape.pixels {
        let at = pixel * channels
        let (y, dy) = (io.output + image * io.outputShape.count + at, io.gradient(image) + at)
        let mean = (0..<channels).reduce(Float(0)) { $0 + y[$1] * dy[$1] }
        for c in 0..<channels { dx[at + c] += y[c] * (dy[c] - mean) }
      }
    }
  }
}
