extension Multiply: Differentiable {
  public static var backwardReads: BackwardReads { .inputs }

  public func trainingForward(_ io: TrainingIO) { io.zip(*) }

  public func backward(_ io: TrainingIO) {
    for input in 0...1 { io.reduceGradient(to: input) { dy, other in dy * other } }
  }
}
