import Foundation

extension Tanh: Differentiable {
  public static var backwardReads: BackwardReads { .output }

  public func backward(_ io: TrainingIO) {
    let y = io.output
    io.setInputGradient { i in io.outputGradient[i] * (1 - y[i] * y[i]) }
  }
}
