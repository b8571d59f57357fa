import Kernels

/// Batch norm as it is trained: statistics of the batch, running statistics updated as PyTorch does (unbiased variance), and
/// optionally a rectifier in the same passes, whose mask backward finds again from the input.
struct BatchNormStep: Differentiable {
  static let name = "batch_norm2d"
  static let backwardReads: BackwardReads = .inputs
  let norm: BatchNorm2d
  let relu: Bool

  var parameters: [ParameterSpec] { norm.parameters }
  func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape { try norm.outputShape(inputs) }
  func reference(_ io: ForwardIO) { norm.reference(io) }

  /// Mean, reciprocal deviation, scale and shift by channel.
  func savedFloats(batch: Int, inputs: [Shape], output: Shape) -> Int { 4 * norm.channels }

  /// Parts of a batch whose sums are added in order.
  private static let parts = 16

  func trainingForward(_ io: TrainingIO) {
    if io.isTraining { setBatchStatistics(io) } else { setRunningStatistics(io) }
    let (scale, shift) = (io.saved + 2 * norm.channels, io.saved + 3 * norm.channels)
    io.threadPool.run(over: io.batch * io.outputShape.pixels, parts: Self.parts) { _, range, _ in
      let at = range.lowerBound * norm.channels
      channelAffine(
        io.inputs[0].base + at, pixels: range.count, channels: norm.channels, scale: scale, shift: shift, relu: relu,
        io.output + at)
    }
  }

  private func setRunningStatistics(_ io: TrainingIO) {
    for c in 0..<norm.channels {
      let deviation = (Double(io.parameters[3].elements[c]) + Double(norm.eps)).squareRoot()
      setScale(io, c, mean: Double(io.parameters[2].elements[c]), inverse: 1 / deviation)
    }
  }

  private func setBatchStatistics(_ io: TrainingIO) {
    let sums = channelSums(io) { range, sums in
      Kernels.channelSums(
        io.inputs[0].base + range.lowerBound * norm.channels, pixels: range.count, channels: norm.channels, sums)
    }
    let count = Double(io.batch * io.outputShape.pixels)
    for c in 0..<norm.channels { setStatistics(io, c, mean: sums[c] / count, square: sums[norm.channels + c] / count) }
  }

  private func setScale(_ io: TrainingIO, _ c: Int, mean: Double, inverse: Double) {
    let scale = Double(io.parameters[0].elements[c]) * inverse
    io.saved[c] = Float(mean)
    io.saved[norm.channels + c] = Float(inverse)
    io.saved[2 * norm.channels + c] = Float(scale)
    io.saved[3 * norm.channels + c] = Float(Double(io.parameters[1].elements[c]) - mean * scale)
  }

  private func setStatistics(_ io: TrainingIO, _ c: Int, mean: Double, square: Double) {
    let variance = max(square - mean * mean, 0)
    setScale(io, c, mean: mean, inverse: 1 / (variance + Double(norm.eps)).squareRoot())
    let count = Double(io.batch * io.outputShape.pixels)
    let unbiased = count > 1 ? variance * count / (count - 1) : variance
    let (runningMean, runningVariance) = (io.parameters[2].elements, io.parameters[3].elements)
    runningMean[c] += norm.momentum * (Float(mean) - runningMean[c])
    runningVariance[c] += norm.momentum * (Float(unbiased) - runningVariance[c])
  }

  func backward(_ io: TrainingIO) {
    let channels = norm.channels
    let (scale, shift) = (io.saved + 2 * channels, io.saved + 3 * channels)
    let sums = channelSums(io) { range, sums in
      let at = range.lowerBound * channels
      channelGradientSums(
        io.inputs[0].base + at, io.outputGradient + at, pixels: range.count, channels: channels, scale: scale,
        shift: shift, relu: relu, sums)
    }
    var constants = [Float](repeating: 0, count: 3 * channels)
    for c in 0..<channels { setConstants(io, c, sum: sums[c], product: sums[channels + c], &constants) }
    guard let target = io.inputGradients[0] else { return }
    constants.withUnsafeBufferPointer { k in
      let of = k.baseAddress!
      let constants = GradientConstants(
        scale: scale, shift: shift, ofGradient: of, ofInput: of + channels, term: of + 2 * channels)
      io.threadPool.run(over: io.batch * io.outputShape.pixels, parts: Self.parts) { _, range, _ in
        let at = range.lowerBound * channels
        channelGradient(
          io.inputs[0].base + at, io.outputGradient + at, pixels: range.count, channels: channels, constants,
          relu: relu, accumulate: target.accumulates, target.base + at)
      }
    }
  }

  /// Adds the gradients of scale and shift; sets the constants with which the gradient by the input is linear in
  /// the output's gradient and in the input.
  private func setConstants(
    _ io: TrainingIO, _ c: Int, sum: Double, product: Double, _ constants: inout [Float]
  ) {
    let channels = norm.channels
    let (mean, inverse) = (Double(io.saved[c]), Double(io.saved[channels + c]))
    let scaleGradient = inverse * (product - mean * sum)
    io.parameterGradients[0]?[c] += Float(scaleGradient)
    io.parameterGradients[1]?[c] += Float(sum)
    let count = Double(io.batch * io.outputShape.pixels)
    let factor = Double(io.parameters[0].elements[c]) * inverse
    constants[c] = Float(factor)
    // Running statistics do not depend on the input: the others stay 0.
    guard io.isTraining else { return }
    let ofInput = -factor * scaleGradient * inverse / count
    constants[channels + c] = Float(ofInput)
    constants[2 * channels + c] = Float(-factor * sum / count - ofInput * mean)
  }

  /// Sums by channel over all pixels, `2 * channels` of them: floats over short runs of pixels, doubles beyond.
  private func channelSums(
    _ io: TrainingIO, _ add: (Range<Int>, UnsafeMutablePointer<Float>) -> Void
  ) -> [Double] {
    let width = 2 * norm.channels
    let pixels = io.batch * io.outputShape.pixels
    var partial = [Double](repeating: 0, count: Self.parts * width)
    partial.withUnsafeMutableBufferPointer { partial in
      nonisolated(unsafe) let partial = partial.baseAddress!
      io.threadPool.run(over: pixels, parts: Self.parts) { part, range, _ in
        withUnsafeTemporaryAllocation(of: Float.self, capacity: width) { run in
          for start in stride(from: range.lowerBound, to: range.upperBound, by: 512) {
            run.update(repeating: 0)
            add(start..<min(start + 512, range.upperBound), run.baseAddress!)
            for c in 0..<width { partial[part * width + c] += Double(run[c]) }
          }
        }
      }
    }
    return (0..<width).map { c in (0..<Self.parts).reduce(0) { $0 + partial[$1 * width + c] } }
  }
}
