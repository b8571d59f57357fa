import Kernels

extension Conv2d: Differentiable {
  public static var backwardReads: BackwardReads { .inputs }

  public func trainingForward(_ io: TrainingIO) {
    if let winograd = winograd(io) {
      winograd.forward(io)
    } else {
      PatchConvolution(self, io.inputs[0].shape, io.outputShape).forward(io)
    }
    if hasBias { addBias(io) }
  }

  public func backward(_ io: TrainingIO) {
    if hasBias, let gradient = io.parameterGradients[1] { addPixelSums(io, outChannels, gradient) }
    if let winograd = winograd(io) {
      winograd.backward(io)
    } else {
      PatchConvolution(self, io.inputs[0].shape, io.outputShape).backward(io)
    }
  }

  private func winograd(_ io: TrainingIO) -> WinogradTraining? {
    io.exact ? nil : WinogradTraining(self, io.inputs[0].shape)
  }

  private func addBias(_ io: TrainingIO) {
    let bias = io.parameters[1].elements
    io.team.run(over: io.batch * io.outputShape.pixels, parts: 64) { _, range, _ in
      for pixel in range {
        let y = io.output + pixel * outChannels
        for c in 0..<outChannels { y[c] += bias[c] }
      }
    }
  }
}

/// Adds the sum of the output's gradient over all pixels to a gradient by bias.
func addPixelSums(_ io: TrainingIO, _ channels: Int, _ gradient: UnsafeMutablePointer<Float>) {
  var sums = [Double](repeating: 0, count: 16 * channels)
  sums.withUnsafeMutableBufferPointer { sums in
    nonisolated(unsafe) let sums = sums.baseAddress!
    io.team.run(over: io.batch * io.outputShape.pixels, parts: 16) { part, range, _ in
      let own = sums + part * channels
      for pixel in range {
        let dy = io.outputGradient + pixel * channels
        for c in 0..<channels { own[c] += Double(dy[c]) }
      }
    }
  }
  for c in 0..<channels { gradient[c] += Float((0..<16).reduce(0) { $0 + sums[$1 * channels + c] }) }
}
