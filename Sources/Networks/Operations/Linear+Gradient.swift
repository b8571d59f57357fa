import Kernels

extension Linear: Differentiable {
  public static var backwardReads: BackwardReads { .inputs }

  /// Outputs or inputs are shared out in fixed parts, so that sums do not depend on the number of threads.
  private static let parts = 8

  public func trainingForward(_ io: TrainingIO) {
    let (x, weight) = (io.inputs[0].base, io.parameters[0].elements.baseAddress!)
    io.threadPool.run(over: outFeatures, parts: Self.parts) { _, outs, _ in
      multiplyLarge(
        rows: io.batch, columns: outs.count, depth: inFeatures, MatrixView(x, stride: inFeatures),
        MatrixView(weight + outs.lowerBound * inFeatures, stride: inFeatures, transposed: true),
        io.output + outs.lowerBound, ldc: outFeatures, accumulate: false)
    }
    guard hasBias else { return }
    let bias = io.parameters[1].elements.baseAddress!
    for n in 0..<io.batch { addScaled(io.output + n * outFeatures, bias, 1, outFeatures) }
  }

  public func backward(_ io: TrainingIO) {
    if hasBias, let gradient = io.parameterGradients[1] { addPixelSums(io, outFeatures, gradient) }
    if let gradient = io.parameterGradients[0] { addWeightGradient(io, gradient) }
    guard let target = io.inputGradients[0] else { return }
    let weight = io.parameters[0].elements.baseAddress!
    io.threadPool.run(over: inFeatures, parts: Self.parts) { _, ins, _ in
      multiplyLarge(
        rows: io.batch, columns: ins.count, depth: outFeatures, MatrixView(io.outputGradient, stride: outFeatures),
        MatrixView(weight + ins.lowerBound, stride: inFeatures), target.base + ins.lowerBound, ldc: inFeatures,
        accumulate: target.accumulates)
    }
  }

  private func addWeightGradient(_ io: TrainingIO, _ gradient: UnsafeMutablePointer<Float>) {
    io.threadPool.run(over: outFeatures, parts: Self.parts) { _, outs, _ in
      multiplyLarge(
        rows: outs.count, columns: inFeatures, depth: io.batch,
        MatrixView(io.outputGradient + outs.lowerBound, stride: outFeatures, transposed: true),
        MatrixView(io.inputs[0].base, stride: inFeatures), gradient + outs.lowerBound * inFeatures, ldc: inFeatures,
        accumulate: true)
    }
  }
}
