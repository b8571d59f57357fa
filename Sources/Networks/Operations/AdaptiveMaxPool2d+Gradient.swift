extension AdaptiveMaxPool2d: Differentiable {
  public static var backwardReads: BackwardReads { [.inputs, .output] }

  public func trainingForward(_ io: TrainingIO) {
    let x = io.inputs[0].shape
    io.maximumForward { row, column in
      (adaptiveWindow(row, of: output.height, over: x.height), adaptiveWindow(column, of: output.width, over: x.width))
    }
  }

  public func backward(_ io: TrainingIO) {
    let x = io.inputs[0].shape
    io.maximumBackward { row, column in
      (adaptiveWindow(row, of: output.height, over: x.height), adaptiveWindow(column, of: output.width, over: x.width))
    }
  }
}
