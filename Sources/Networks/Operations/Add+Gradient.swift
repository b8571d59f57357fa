extension Add: Differentiable {
  public static var backwardReads: BackwardReads { [] }

  public func trainingForward(_ io: TrainingIO) { io.combineInputs(.add) }

  public func backward(_ io: TrainingIO) {
    for input in 0...1 { io.reduceSum(to: input) }
  }
}
