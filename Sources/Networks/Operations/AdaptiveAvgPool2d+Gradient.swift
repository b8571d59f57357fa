extension AdaptiveAvgPool2d: Differentiable {
  public static var backwardReads: BackwardReads { [] }

  public func backward(_ io: TrainingIO) {
    let x = io.inputs[0].shape
    io.meanBackward { row, column in
      let rows = adaptiveWindow(row, of: output.height, over: x.height)
      let columns = adaptiveWindow(column, of: output.width, over: x.width)
      return (rows, columns, rows.count * columns.count)
    }
  }
}
