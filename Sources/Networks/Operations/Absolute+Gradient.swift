import Foundation

extension Absolute: Differentiable {
  public static var backwardReads: BackwardReads { .inputs }

  public func backward(_ io: TrainingIO) {
    let x = io.inputs[0].base
    io.setInputGradient { i in x[i] == 0 ? 0 : x[i] > 0 ? io.outputGradient[i] : -io.outputGradient[i] }
  }
}
