import Foundation

extension Exponential: Differentiable {
  public static var backwardReads: BackwardReads { .output }

  public func backward(_ io: TrainingIO) {
    let y = io.output
    io.setInputGradient { i in io.outputGradient[i] * y[i] }
  }
}
