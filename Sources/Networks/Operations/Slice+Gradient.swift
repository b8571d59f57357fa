extension Slice: Differentiable {
  public static var backwardReads: BackwardReads { [] }

  public func backward(_ io: TrainingIO) {
    let (x, y) = (io.inputs[0].shape, io.outputShape)
    let (top, left, first) = (rows?.lowerBound ?? 0, columns?.lowerBound ?? 0, channels?.lowerBound ?? 0)
    io.addInputGradient { image, dx in
      for pixel in 0..<y.pixels {
        let (row, column) = pixel.quotientAndRemainder(dividingBy: y.width)
        let to = dx + ((top + row) * x.width + left + column) * x.channels + first
        let dy = io.gradient(image) + pixel * y.channels
        for c in 0..<y.channels { to[c] += dy[c] }
      }
    }
  }
}
