// Element-wise operations on two inputs that are broadcast to each other.
import Kernels

extension TrainingIO {
  /// Sets each element of the output to `a op b`.
  func combineInputs(_ operation: BinaryFunction) {
    threadPool.run(batch) { image, _ in
      let (a, b, y) = (input(0, image), input(1, image), output + image * outputShape.count)
      if inputs[0].shape == inputs[1].shape { return combine(operation, a, b, y, count: outputShape.count) }
      for pixel in 0..<outputShape.pixels {
        let (left, right) = (channels(0, a, pixel), channels(1, b, pixel))
        let at = y + pixel * outputShape.channels
        // Both operations commute: the input with all channels goes first.
        let (first, second) = left.count >= right.count ? (left, right) : (right, left)
        if second.count < outputShape.channels {
          combine(operation, first.base, scalar: second.base[0], at, count: outputShape.channels)
        } else {
          combine(operation, first.base, second.base, at, count: outputShape.channels)
        }
      }
    }
  }

  /// Gives `target` the output's gradient, summed over what broadcasting repeated.
  func reduceSum(to target: Int) {
    reduce(to: target) { dx, dy, _ in
      if dx.count < dy.count {
        dx.base[0] += sum(dy.base, count: dy.count)
      } else {
        addScaled(dx.base, dy.base, 1, dy.count)
      }
    }
  }

  /// Gives `target` the output's gradient times the other input, summed over what broadcasting repeated.
  func reduceProduct(to target: Int) {
    reduce(to: target) { dx, dy, other in
      switch (dx.count < dy.count, other.count < dy.count) {
      case (false, false): addProducts(dx.base, dy.base, other.base, count: dy.count)
      case (false, true): addScaled(dx.base, dy.base, other.base[0], dy.count)
      case (true, false): dx.base[0] += dotProduct(dy.base, other.base, count: dy.count)
      case (true, true): dx.base[0] += sum(dy.base, count: dy.count) * other.base[0]
      }
    }
  }

  /// Calls `add` with runs of the gradient by `target`, of the output's gradient and of the other input: whole images
  /// where the shapes are equal, else a pixel at a time.
  @inline(__always)
  private func reduce(
    to target: Int,
    _ add: (_ dx: Run<UnsafeMutablePointer<Float>>, _ dy: Run<UnsafePointer<Float>>, Run<UnsafePointer<Float>>) -> Void
  ) {
    let whole = inputs[0].shape == inputs[1].shape
    addInputGradient(target) { image, dx in
      let (dy, other) = (UnsafePointer(gradient(image)), input(1 - target, image))
      if whole {
        let count = outputShape.count
        return add(Run(base: dx, count: count), Run(base: dy, count: count), Run(base: other, count: count))
      }
      for pixel in 0..<outputShape.pixels {
        let run = channels(target, UnsafePointer(dx), pixel)
        add(
          Run(base: UnsafeMutablePointer(mutating: run.base), count: run.count),
          Run(base: dy + pixel * outputShape.channels, count: outputShape.channels),
          channels(1 - target, other, pixel))
      }
    }
  }

  /// The channels of `input` that an output pixel reads.
  @inline(__always)
  private func channels(_ input: Int, _ image: UnsafePointer<Float>, _ pixel: Int) -> Run<UnsafePointer<Float>> {
    let shape = inputs[input].shape
    let (row, column) = pixel.quotientAndRemainder(dividingBy: outputShape.width)
    let at = (shape.height == 1 ? 0 : row) * shape.width + (shape.width == 1 ? 0 : column)
    return Run(base: image + at * shape.channels, count: shape.channels)
  }
}

/// Floats in a row.
private struct Run<Pointer> {
  var base: Pointer
  var count: Int
}
