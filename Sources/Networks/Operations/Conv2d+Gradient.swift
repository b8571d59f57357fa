import Kernels

/// One way to do a convolution in training; bias is added by the operation.
protocol TrainingConvolution {
  /// Stores `io.output`.
  func forward(_ io: TrainingIO)
  /// Adds the gradient by weights, stores or adds that by the input.
  func backward(_ io: TrainingIO)
}

extension Conv2d: Differentiable {
  public static var backwardReads: BackwardReads { .inputs }

  public func trainingForward(_ io: TrainingIO) {
    method(io).forward(io)
    if hasBias { addBias(io) }
  }

  public func backward(_ io: TrainingIO) {
    if hasBias, let gradient = io.parameterGradients[1] { addPixelSums(io, outChannels, gradient) }
    method(io).backward(io)
  }

  private func method(_ io: TrainingIO) -> any TrainingConvolution {
    if !io.exact, let winograd = WinogradTraining(self, io.inputs[0].shape, batch: io.batch) { return winograd }
    return Patches(self, io.inputs[0].shape, io.outputShape).method(exact: io.exact)
  }
}

extension Patches {
  /// How they are multiplied: with many weights, by OpenBLAS, whose order of sums is its own.
  func method(exact: Bool) -> any TrainingConvolution {
    let batch = exact ? nil : BatchConvolution(self)
    return batch ?? PatchConvolution(self)
  }
}

/// Adds the second parameter to each pixel of the output.
func addBias(_ io: TrainingIO) {
  let (bias, channels) = (io.parameters[1].elements, io.outputShape.channels)
  io.threadPool.run(over: io.batch * io.outputShape.pixels, parts: 64) { _, range, _ in
    for pixel in range {
      let y = io.output + pixel * channels
      for c in 0..<channels { y[c] += bias[c] }
    }
  }
}

/// Adds the sum of the output's gradient over all pixels to a gradient by bias.
func addPixelSums(_ io: TrainingIO, _ channels: Int, _ gradient: UnsafeMutablePointer<Float>) {
  var sums = [Double](repeating: 0, count: 16 * channels)
  sums.withUnsafeMutableBufferPointer { sums in
    nonisolated(unsafe) let sums = sums.baseAddress!
    io.threadPool.run(over: io.batch * io.outputShape.pixels, parts: 16) { part, range, _ in
      let own = sums + part * channels
      for pixel in range {
        let dy = io.outputGradient + pixel * channels
        for c in 0..<channels { own[c] += Double(dy[c]) }
      }
    }
  }
  for c in 0..<channels { gradient[c] += Float((0..<16).reduce(0) { $0 + sums[$1 * channels + c] }) }
}
