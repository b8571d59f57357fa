extension ChannelMax: Differentiable {
  public static var backwardReads: BackwardReads { [.inputs, .output] }

  /// The first of equal channels gets the gradient, as with `torch.max(x, 1)`.
  public func backward(_ io: TrainingIO) {
    let channels = io.inputs[0].shape.channels
    io.addInputGradient { image, dx in
      for pixel in 0..<io.outputShape.pixels {
        let x = UnsafeBufferPointer(start: io.input(0, image) + pixel * channels, count: channels)
        let largest = x.firstIndex(of: io.output[image * io.outputShape.pixels + pixel])
        dx[pixel * channels + (largest ?? 0)] += io.gradient(image)[pixel]
      }
    }
  }
}
