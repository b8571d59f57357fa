extension Dropout: Differentiable {
  public static var backwardReads: BackwardReads { [] }

  public func trainingForward(_ io: TrainingIO) {
    let x = io.inputs[0].base
    guard io.isTraining else { return io.output.update(from: x, count: io.batch * io.outputShape.count) }
    forEachFactor(io) { io.output[$0] = x[$0] * $1 }
  }

  /// The mask is drawn again from the step's seed.
  public func backward(_ io: TrainingIO) {
    guard io.isTraining else { return io.setInputGradient { io.outputGradient[$0] } }
    guard let target = io.inputGradients[0] else { return }
    forEachFactor(io) { i, factor in
      let gradient = io.outputGradient[i] * factor
      target.base[i] = target.accumulates ? target.base[i] + gradient : gradient
    }
  }

  private func forEachFactor(_ io: TrainingIO, _ body: (_ at: Int, _ factor: Float) -> Void) {
    let count = io.outputShape.count
    io.threadPool.run(io.batch) { image, _ in
      var random = RandomStream(Int(truncatingIfNeeded: io.seed), image)
      for i in image * count..<(image + 1) * count {
        body(i, random.uniform() < probability ? 0 : 1 / (1 - probability))
      }
    }
  }
}
