import Foundation

extension ELU: Differentiable {
  public static var backwardReads: BackwardReads { .inputs }

  public func backward(_ io: TrainingIO) {
    let x = io.inputs[0].base
    io.setInputGradient { i in io.outputGradient[i] * (x[i] > 0 ? 1 : alpha * exp(x[i])) }
  }
}
