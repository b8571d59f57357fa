/// Batch normalisation in training, NHWC, any number of channels: sums over pixels and passes with constants by channel.

/// Adds each channel's sum and sum of squares over `pixels` to `sums` (channels, then channels).
public func channelSums(_ x: UnsafePointer<Float>, pixels: Int, channels: Int, _ sums: UnsafeMutablePointer<Float>) {
  let whole = channels & ~7
  let squares = sums + channels
  var p = x
  for _ in 0..<pixels {
    for c in stride(from: 0, to: whole, by: 8) {
      let v = p.vector(c)
      sums.store(sums.vector(c) + v, c)
      squares.store(squares.vector(c).addingProduct(v, v), c)
    }
    for c in whole..<channels {
      sums[c] += p[c]
      squares[c] += p[c] * p[c]
    }
    p += channels
  }
}

/// `y = x * scale + shift` by channel, negative results to zero with `relu`; `y` may be `x`.
public func channelAffine(
  _ x: UnsafePointer<Float>, pixels: Int, channels: Int, scale: UnsafePointer<Float>, shift: UnsafePointer<Float>,
  relu: Bool, _ y: UnsafeMutablePointer<Float>
) {
  let whole = channels & ~7
  let floor: Float = relu ? 0 : -.infinity
  let floors = V8(repeating: floor)
  var (p, out) = (x, y)
  for _ in 0..<pixels {
    for c in stride(from: 0, to: whole, by: 8) {
      let v = shift.vector(c).addingProduct(p.vector(c), scale.vector(c))
      out.store(v.replacing(with: floors, where: v .< floors), c)
    }
    for c in whole..<channels { out[c] = max(shift[c] + p[c] * scale[c], floor) }
    p += channels
    out += channels
  }
}

/// Adds to `sums` each channel's sum of the gradient `dy` and of `dy * x`; with `relu` only where
/// `x * scale + shift` is positive.
public func channelGradientSums(
  _ x: UnsafePointer<Float>, _ dy: UnsafePointer<Float>, pixels: Int, channels: Int, scale: UnsafePointer<Float>,
  shift: UnsafePointer<Float>, relu: Bool, _ sums: UnsafeMutablePointer<Float>
) {
  let whole = channels & ~7
  let products = sums + channels
  var (p, g) = (x, dy)
  for _ in 0..<pixels {
    for c in stride(from: 0, to: whole, by: 8) {
      let v = p.vector(c)
      let d = relu ? passed(g.vector(c), shift.vector(c).addingProduct(v, scale.vector(c))) : g.vector(c)
      sums.store(sums.vector(c) + d, c)
      products.store(products.vector(c).addingProduct(d, v), c)
    }
    for c in whole..<channels {
      let d = relu && shift[c] + p[c] * scale[c] <= 0 ? 0 : g[c]
      sums[c] += d
      products[c] += d * p[c]
    }
    p += channels
    g += channels
  }
}

/// The gradient where the output is positive.
@inline(__always)
private func passed(_ gradient: V8, _ output: V8) -> V8 {
  gradient.replacing(with: V8(), where: output .<= V8())
}

/// Constants by channel of `channelGradient`.
public struct GradientConstants {
  /// Forward's factor and term, which say where a fused rectifier lets through.
  public var scale, shift: UnsafePointer<Float>
  /// Factors of the gradient and of the input, and a term.
  public var ofGradient, ofInput, term: UnsafePointer<Float>

  /// All five, `channels` floats each.
  public init(
    scale: UnsafePointer<Float>, shift: UnsafePointer<Float>, ofGradient: UnsafePointer<Float>,
    ofInput: UnsafePointer<Float>, term: UnsafePointer<Float>
  ) {
    (self.scale, self.shift) = (scale, shift)
    (self.ofGradient, self.ofInput, self.term) = (ofGradient, ofInput, term)
  }
}

/// `dx = dy * ofGradient + x * ofInput + term` by channel, `dy` counting only where the rectifier let through (`relu`);
/// stored or added; `dx` may be `dy`.
public func channelGradient(
  _ x: UnsafePointer<Float>, _ dy: UnsafePointer<Float>, pixels: Int, channels: Int, _ k: GradientConstants,
  relu: Bool, accumulate: Bool, _ dx: UnsafeMutablePointer<Float>
) {
  let whole = channels & ~7
  var (p, g, out) = (x, dy, dx)
  for _ in 0..<pixels {
    for c in stride(from: 0, to: whole, by: 8) {
      let v = p.vector(c)
      let d = relu ? passed(g.vector(c), k.shift.vector(c).addingProduct(v, k.scale.vector(c))) : g.vector(c)
      let r = k.term.vector(c).addingProduct(v, k.ofInput.vector(c)).addingProduct(d, k.ofGradient.vector(c))
      out.store(accumulate ? out.vector(c) + r : r, c)
    }
    for c in whole..<channels {
      let d = relu && k.shift[c] + p[c] * k.scale[c] <= 0 ? 0 : g[c]
      let r = k.term[c] + p[c] * k.ofInput[c] + d * k.ofGradient[c]
      out[c] = accumulate ? out[c] + r : r
    }
    p += channels
    g += channels
    out += channels
  }
}
