import Foundation

extension Softplus: Differentiable {
  public static var backwardReads: BackwardReads { .inputs }

  public func backward(_ io: TrainingIO) {
    let x = io.inputs[0].base
    io.setInputGradient { i in io.outputGradient[i] / (1 + exp(-x[i])) }
  }
}
