extension ReLU: Differentiable {
  public static var backwardReads: BackwardReads { .output }

  public func trainingForward(_ io: TrainingIO) {
    let x = io.inputs[0].base
    io.team.run(over: io.batch * io.outputShape.count, parts: 64) { _, range, _ in
      for i in range { io.output[i] = x[i] < 0 ? 0 : x[i] }
    }
  }

  public func backward(_ io: TrainingIO) {
    io.setInputGradient { io.output[$0] > 0 ? io.outputGradient[$0] : 0 }
  }
}
