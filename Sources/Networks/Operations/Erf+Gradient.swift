import Foundation

extension Erf: Differentiable {
  public static var backwardReads: BackwardReads { .inputs }

  public func backward(_ io: TrainingIO) {
    let x = io.inputs[0].base
    io.setInputGradient { i in io.outputGradient[i] * 2 / Float.pi.squareRoot() * exp(-x[i] * x[i]) }
  }
}
