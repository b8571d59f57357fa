extension LayerNorm: Differentiable {
  public static var backwardReads: BackwardReads { .inputs }

  public func backward(_ io: TrainingIO) {
    addParameterGradients(io)
    let weight = io.parameters[0].elements
    io.addInputGradient { image, dx in
      for pixel in 0..<io.outputShape.pixels {
        let at = pixel * channels
        addInputGradient(io.input(0, image) + at, io.gradient(image) + at, weight, dx + at)
      }
    }
  }

  /// Pixel by pixel in order, so that sums do not depend on the number of threads.
  private func addParameterGradients(_ io: TrainingIO) {
    for pixel in 0..<io.batch * io.outputShape.pixels {
      let (x, dy) = (io.inputs[0].base + pixel * channels, io.outputGradient + pixel * channels)
      let (mean, scale) = statistics(x)
      for c in 0..<channels {
        io.parameterGradients[0]?[c] += dy[c] * Float((Double(x[c]) - mean) * scale)
        io.parameterGradients[1]?[c] += dy[c]
      }
    }
  }

  private func addInputGradient(
    _ x: UnsafePointer<Float>, _ dy: UnsafeMutablePointer<Float>, _ weight: UnsafeMutableBufferPointer<Float>,
    _ dx: UnsafeMutablePointer<Float>
  ) {
    let (mean, scale) = statistics(x)
    var (sum, product) = (0.0, 0.0)
    for c in 0..<channels {
      sum += Double(dy[c] * weight[c])
      product += Double(dy[c] * weight[c]) * (Double(x[c]) - mean) * scale
    }
    for c in 0..<channels {
      let normal = (Double(x[c]) - mean) * scale
      dx[c] += Float(scale * (Double(dy[c] * weight[c]) - (sum + normal * product) / Double(channels)))
    }
  }
}
