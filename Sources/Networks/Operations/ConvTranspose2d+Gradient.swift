extension ConvTranspose2d: Differentiable {
  public static var backwardReads: BackwardReads { .inputs }

  public func backward(_ io: TrainingIO) {
    if hasBias, let gradient = io.parameterGradients[1] { addPixelSums(io, outChannels, gradient) }
    let weight = io.parameters[0].elements
    io.addInputGradient { image, dx in
      forEachTap(io, image, 0..<inChannels) { x, w, y in dx[x] += weight[w] * io.gradient(image)[y] }
    }
    guard let gradient = io.parameterGradients[0] else { return }
    io.team.run(inChannels) { channel, _ in
      for image in 0..<io.batch {
        forEachTap(io, image, channel..<channel + 1) { x, w, y in
          gradient[w] += io.input(0, image)[x] * io.gradient(image)[y]
        }
      }
    }
  }

  /// Calls `body` with the places of each input, weight and output that meet.
  private func forEachTap(
    _ io: TrainingIO, _ image: Int, _ channels: Range<Int>, _ body: (_ x: Int, _ weight: Int, _ y: Int) -> Void
  ) {
    let (x, y) = (io.inputs[0].shape, io.outputShape)
    let (inPerGroup, outPerGroup) = (inChannels / groups, outChannels / groups)
    for pixel in 0..<x.pixels {
      let (row, column) = pixel.quotientAndRemainder(dividingBy: x.width)
      for tap in 0..<kernel.height * kernel.width {
        let oy = row * stride.height - padding.height + tap / kernel.width
        let ox = column * stride.width - padding.width + tap % kernel.width
        guard 0..<y.height ~= oy, 0..<y.width ~= ox else { continue }
        for c in channels {
          for o in 0..<outPerGroup {
            body(
              pixel * x.channels + c, (c * outPerGroup + o) * kernel.height * kernel.width + tap,
              (oy * y.width + ox) * y.channels + c / inPerGroup * outPerGroup + o)
          }
        }
      }
    }
  }
}
