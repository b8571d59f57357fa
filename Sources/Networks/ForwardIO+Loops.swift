// The loops that reference forwards share.

extension Activation {
  /// The channels of the pixel at `row`, `column` of image `n`.
  func pixel(_ n: Int, _ row: Int, _ column: Int) -> UnsafePointer<Float> {
    base + ((n * shape.height + row) * shape.width + column) * shape.channels
  }
}

extension ForwardIO {
  /// Calls `body` with image, row, column and the channels to write, for each pixel of the output.
  func forEachOutputPixel(_ body: (Int, Int, Int, UnsafeMutablePointer<Float>) -> Void) {
    var at = output
    for n in 0..<batch {
      for row in 0..<outputShape.height {
        for column in 0..<outputShape.width {
          body(n, row, column, at)
          at += outputShape.channels
        }
      }
    }
  }

  /// Sets each element of the output to `function` of the same element of the only input.
  func mapElements(_ function: (Float) -> Float) {
    for i in 0..<batch * outputShape.count { output[i] = function(inputs[0].base[i]) }
  }

  /// Sets each element of the output to `function` of both inputs, which are broadcast to its shape.
  func zipElements(_ function: (Float, Float) -> Float) {
    let (a, b) = (inputs[0], inputs[1])
    forEachOutputPixel { n, row, column, y in
      let (left, right) = (a.broadcastPixel(n, row, column), b.broadcastPixel(n, row, column))
      let (leftStep, rightStep) = (a.shape.channels == 1 ? 0 : 1, b.shape.channels == 1 ? 0 : 1)
      for c in 0..<outputShape.channels { y[c] = function(left[c * leftStep], right[c * rightStep]) }
    }
  }
}

extension Activation {
  /// `pixel` where an extent of 1 serves every row or column.
  func broadcastPixel(_ n: Int, _ row: Int, _ column: Int) -> UnsafePointer<Float> {
    pixel(n, shape.height == 1 ? 0 : row, shape.width == 1 ? 0 : column)
  }
}

extension Operation {
  /// The shape of two inputs broadcast to each other, as PyTorch does: each extent equal, or 1 in one of them.
  func broadcastShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    guard inputs.count == 2 else { throw unfit(inputs, "takes two inputs") }
    let (a, b) = (inputs[0], inputs[1])
    func fits(_ a: Int, _ b: Int) -> Bool { a == b || a == 1 || b == 1 }
    guard fits(a.height, b.height), fits(a.width, b.width), fits(a.channels, b.channels) else {
      throw unfit(inputs, "extents must be equal, or 1 in one input")
    }
    return Shape(
      height: max(a.height, b.height), width: max(a.width, b.width), channels: max(a.channels, b.channels))
  }

  /// The only input's shape.
  func onlyInput(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    guard inputs.count == 1 else { throw unfit(inputs, "takes one input") }
    return inputs[0]
  }
}
