import Kernels

extension ReLU: Differentiable {
  public static var backwardReads: BackwardReads { .output }

  public func backward(_ io: TrainingIO) {
    guard let target = io.inputGradients[0] else { return }
    io.threadPool.run(over: io.batch * io.outputShape.count, parts: 64) { _, range, _ in
      let at = range.lowerBound
      rectifierGradient(
        io.output + at, io.outputGradient + at, target.base + at, count: range.count, accumulate: target.accumulates)
    }
  }
}
