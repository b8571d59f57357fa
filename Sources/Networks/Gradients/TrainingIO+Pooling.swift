// Pooling of every kind: windows of the input under each output pixel.
import Kernels

extension TrainingIO {
  /// The maximum over each output pixel's window.
  func maximumForward(_ window: (_ row: Int, _ column: Int) -> (Range<Int>, Range<Int>)) {
    threadPool.run(batch) { image, _ in
      forEachPixel { row, column, at in
        let (rows, columns) = window(row, column)
        let y = output + image * outputShape.count + at
        y.update(repeating: -.infinity, count: outputShape.channels)
        forEachPlace(rows, columns) { takeMaximum(y, input(0, image) + $0, outputShape.channels) }
      }
    }
  }

  /// The gradient goes to the first input of a window that is its maximum.
  func maximumBackward(_ window: (_ row: Int, _ column: Int) -> (Range<Int>, Range<Int>)) {
    addInputGradient { image, dx in
      forEachPixel { row, column, at in
        let (rows, columns) = window(row, column)
        let y = output + image * outputShape.count + at
        forEachPlace(rows, columns) { place in
          routeMaximum(input(0, image) + place, y, gradient(image) + at, dx + place, outputShape.channels)
        }
      }
    }
  }

  /// Each input of a window gets the gradient divided by the window's divisor.
  func meanBackward(_ window: (_ row: Int, _ column: Int) -> (Range<Int>, Range<Int>, divisor: Int)) {
    addInputGradient { image, dx in
      forEachPixel { row, column, at in
        let (rows, columns, divisor) = window(row, column)
        forEachPlace(rows, columns) { place in
          addScaled(dx + place, gradient(image) + at, 1 / Float(divisor), outputShape.channels)
        }
      }
    }
  }

  @inline(__always)
  private func forEachPixel(_ body: (_ row: Int, _ column: Int, _ at: Int) -> Void) {
    for row in 0..<outputShape.height {
      for column in 0..<outputShape.width {
        body(row, column, (row * outputShape.width + column) * outputShape.channels)
      }
    }
  }

  @inline(__always)
  private func forEachPlace(_ rows: Range<Int>, _ columns: Range<Int>, _ body: (_ place: Int) -> Void) {
    let shape = inputs[0].shape
    for row in rows {
      for column in columns { body((row * shape.width + column) * shape.channels) }
    }
  }
}
