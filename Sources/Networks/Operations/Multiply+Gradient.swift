extension Multiply: Differentiable {
  public static var backwardReads: BackwardReads { .inputs }

  public func trainingForward(_ io: TrainingIO) { io.combineInputs(.multiply) }

  public func backward(_ io: TrainingIO) {
    for input in 0...1 { io.reduceProduct(to: input) }
  }
}
