extension AvgPool2d: Differentiable {
  public static var backwardReads: BackwardReads { [] }

  public func backward(_ io: TrainingIO) {
    let x = io.inputs[0].shape
    io.meanBackward { row, column in
      let (rows, columns) = (window.rows(row, of: x.height), window.columns(column, of: x.width))
      return (rows, columns, divisor(row, column, of: x))
    }
  }
}
