import Kernels

extension MaxPool2d: Differentiable {
  public static var backwardReads: BackwardReads { [.inputs, .output] }

  public func trainingForward(_ io: TrainingIO) {
    let x = io.inputs[0].shape
    io.maximumForward { row, column in (window.rows(row, of: x.height), window.columns(column, of: x.width)) }
  }

  public func backward(_ io: TrainingIO) {
    let x = io.inputs[0].shape
    io.maximumBackward { row, column in (window.rows(row, of: x.height), window.columns(column, of: x.width)) }
  }
}
