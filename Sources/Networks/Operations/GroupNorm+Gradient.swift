extension GroupNorm: Differentiable {
  public static var backwardReads: BackwardReads { .inputs }

  public func backward(_ io: TrainingIO) {
    addParameterGradients(io)
    io.addInputGradient { image, dx in
      for group in 0..<groups { addInputGradient(io, image, group, dx) }
    }
  }

  /// Image by image in order, so that sums do not depend on the number of threads.
  private func addParameterGradients(_ io: TrainingIO) {
    let pixels = io.outputShape.pixels
    for image in 0..<io.batch {
      let (x, dy) = (io.input(0, image), io.gradient(image))
      for group in 0..<groups {
        let (mean, scale) = statistics(x, pixels, group)
        if let gradient = io.parameterGradients[0] {
          forEach(pixels, group) { gradient[$0 % channels] += dy[$0] * (x[$0] - Float(mean)) * Float(scale) }
        }
        if let gradient = io.parameterGradients[1] { forEach(pixels, group) { gradient[$0 % channels] += dy[$0] } }
      }
    }
  }

  private func addInputGradient(
    _ io: TrainingIO, _ image: Int, _ group: Int, _ dx: UnsafeMutablePointer<Float>
  ) {
    let (x, dy, pixels) = (io.input(0, image), io.gradient(image), io.outputShape.pixels)
    let weight = io.parameters[0].elements
    let (mean, scale) = statistics(x, pixels, group)
    var (sum, product) = (0.0, 0.0)
    forEach(pixels, group) { place in
      let g = Double(dy[place] * weight[place % channels])
      sum += g
      product += g * (Double(x[place]) - mean) * scale
    }
    let count = Double(pixels * perGroup)
    forEach(pixels, group) { place in
      let normal = (Double(x[place]) - mean) * scale
      let g = Double(dy[place] * weight[place % channels])
      dx[place] += Float(scale * (g - sum / count - normal * product / count))
    }
  }
}
