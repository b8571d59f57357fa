extension Select: Differentiable {
  public static var backwardReads: BackwardReads { [] }

  public func backward(_ io: TrainingIO) {
    let (x, y) = (io.inputs[0].shape, io.outputShape)
    io.addInputGradient { image, dx in
      for pixel in 0..<y.pixels {
        let (row, column) = pixel.quotientAndRemainder(dividingBy: y.width)
        let to = dx + ((rows?[row] ?? row) * x.width + (columns?[column] ?? column)) * x.channels
        let dy = io.gradient(image) + pixel * y.channels
        for c in 0..<y.channels { to[channels?[c] ?? c] += dy[c] }
      }
    }
  }
}
