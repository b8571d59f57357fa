extension Expand: Differentiable {
  public static var backwardReads: BackwardReads { [] }

  public func backward(_ io: TrainingIO) {
    let (x, y) = (io.inputs[0].shape, io.outputShape)
    io.addInputGradient { image, dx in
      for pixel in 0..<y.pixels {
        let (row, column) = pixel.quotientAndRemainder(dividingBy: y.width)
        let at = dx + ((x.height == 1 ? 0 : row) * x.width + (x.width == 1 ? 0 : column)) * x.channels
        let dy = io.gradient(image) + pixel * y.channels
        for c in 0..<y.channels { at[x.channels == 1 ? 0 : c] += dy[c] }
      }
    }
  }
}
