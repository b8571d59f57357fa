extension ZeroPad2d: Differentiable {
  public static var backwardReads: BackwardReads { [] }

  public func backward(_ io: TrainingIO) {
    let (x, y) = (io.inputs[0].shape, io.outputShape)
    io.addInputGradient { image, dx in
      for row in 0..<x.height {
        let dy = io.gradient(image) + ((row + top) * y.width + left) * y.channels
        for i in 0..<x.width * x.channels { dx[row * x.width * x.channels + i] += dy[i] }
      }
    }
  }
}
