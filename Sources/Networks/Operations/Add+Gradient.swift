extension Add: Differentiable {
  public static var backwardReads: BackwardReads { [] }

  public func trainingForward(_ io: TrainingIO) { io.zip(+) }

  public func backward(_ io: TrainingIO) {
    for input in 0...1 { io.reduceGradient(to: input) { dy, _ in dy } }
  }
}
