import Foundation

extension SiLU: Differentiable {
  public static var backwardReads: BackwardReads { .inputs }

  public func backward(_ io: TrainingIO) {
    let x = io.inputs[0].base
    io.setInputGradient { i in
      let gate = 1 / (1 + exp(-x[i]))
      return io.outputGradient[i] * gate * (1 + x[i] * (1 - gate))
    }
  }
}
