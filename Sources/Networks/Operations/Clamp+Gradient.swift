import Foundation

extension Clamp: Differentiable {
  public static var backwardReads: BackwardReads { .inputs }

  public func backward(_ io: TrainingIO) {
    let x = io.inputs[0].base
    io.setInputGradient { i in x[i] >= least && x[i] <= most ? io.outputGradient[i] : 0 }
  }
}
