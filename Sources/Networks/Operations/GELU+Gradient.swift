import Foundation

extension GELU: Differentiable {
  public static var backwardReads: BackwardReads { .inputs }

  public func backward(_ io: TrainingIO) {
    let x = io.inputs[0].base
    io.setInputGradient { i in io.outputGradient[i] * (share(of: x[i]) + x[i] * density(of: x[i])) }
  }
}
