import Kernels

extension Upsample: Differentiable {
  public static var backwardReads: BackwardReads { [] }

  public func backward(_ io: TrainingIO) {
    let (x, y) = (io.inputs[0].shape, io.outputShape)
    io.addInputGradient { image, dx in
      for pixel in 0..<y.pixels {
        let (row, column) = pixel.quotientAndRemainder(dividingBy: y.width)
        let (v, h) = (source(row, y.height, x.height), source(column, y.width, x.width))
        let dy = io.gradient(image) + pixel * y.channels
        for (place, share) in [(v.low, 1 - v.share), (v.high, v.share)] {
          let line = dx + place * x.width * x.channels
          addScaled(line + h.low * x.channels, dy, share * (1 - h.share), x.channels)
          addScaled(line + h.high * x.channels, dy, share * h.share, x.channels)
        }
      }
    }
  }
}
