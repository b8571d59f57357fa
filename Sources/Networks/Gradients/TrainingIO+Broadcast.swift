// Element-wise operations on two inputs that are broadcast to each other.

extension TrainingIO {
  /// Sets each element of the output to `function` of both inputs.
  @inline(__always)
  func zip(_ function: (Float, Float) -> Float) {
    team.run(batch) { image, _ in
      let (a, b, y) = (input(0, image), input(1, image), output + image * outputShape.count)
      if inputs[0].shape == inputs[1].shape {
        for i in 0..<outputShape.count { y[i] = function(a[i], b[i]) }
        return
      }
      for pixel in 0..<outputShape.pixels {
        let (at, left, right) = (y + pixel * outputShape.channels, channels(0, a, pixel), channels(1, b, pixel))
        for c in 0..<outputShape.channels { at[c] = function(left.base[c * left.step], right.base[c * right.step]) }
      }
    }
  }

  /// Gives `target` its gradient: `term`(output gradient, other input), summed over what broadcasting repeated.
  @inline(__always)
  func reduceGradient(to target: Int, _ term: (Float, Float) -> Float) {
    let whole = inputs[0].shape == inputs[1].shape
    addInputGradient(target) { image, dx in
      let (dy, other) = (gradient(image), input(1 - target, image))
      if whole {
        for i in 0..<outputShape.count { dx[i] += term(dy[i], other[i]) }
        return
      }
      for pixel in 0..<outputShape.pixels {
        let out = channels(target, UnsafePointer(dx), pixel)
        let (at, from, g) = (
          UnsafeMutablePointer(mutating: out.base), channels(1 - target, other, pixel),
          dy + pixel * outputShape.channels
        )
        for c in 0..<outputShape.channels { at[c * out.step] += term(g[c], from.base[c * from.step]) }
      }
    }
  }

  /// The channels of `input` that an output pixel reads, and the step between them.
  @inline(__always)
  private func channels(
    _ input: Int, _ image: UnsafePointer<Float>, _ pixel: Int
  ) -> (base: UnsafePointer<Float>, step: Int) {
    let shape = inputs[input].shape
    let (row, column) = pixel.quotientAndRemainder(dividingBy: outputShape.width)
    let at = (shape.height == 1 ? 0 : row) * shape.width + (shape.width == 1 ? 0 : column)
    return (image + at * shape.channels, shape.channels == 1 ? 0 : 1)
  }
}
