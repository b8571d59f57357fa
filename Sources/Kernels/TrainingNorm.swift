/// Batch normalisation in training, NHWC, any number of channels: sums over pixels and passes with constants by channel.

/// Adds each channel's sum and sum of squares over `pixels` to `sums` (channels, then channels).
public func channelSums(_ x: UnsafePointer<Float>, pixels: Int, channels: Int, _ sums: UnsafeMutablePointer<Float>) {
  let whole = channels & ~7
  let squares = sums + channels
  var p = x
  for _ in 0..<pixels {
    for c in stride(from: 0, to: whole, by: 8) {
      let v = p.lanes(c)
      sums.put(c, sums.lanes(c) + v)
      squares.put(c, squares.lanes(c).addingProduct(v, v))
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
  let floors = Lanes(repeating: floor)
  var (p, out) = (x, y)
  for _ in 0..<pixels {
    for c in stride(from: 0, to: whole, by: 8) {
      let v = shift.lanes(c).addingProduct(p.lanes(c), scale.lanes(c))
      out.put(c, v.replacing(with: floors, where: v .< floors))
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
      let v = p.lanes(c)
      let d = relu ? passed(g.lanes(c), shift.lanes(c).addingProduct(v, scale.lanes(c))) : g.lanes(c)
      sums.put(c, sums.lanes(c) + d)
      products.put(c, products.lanes(c).addingProduct(d, v))
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
private func passed(_ gradient: Lanes, _ output: Lanes) -> Lanes {
  gradient.replacing(with: Lanes(), where: output .<= Lanes())
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
      let v = p.lanes(c)
      let d = relu ? passed(g.lanes(c), k.shift.lanes(c).addingProduct(v, k.scale.lanes(c))) : g.lanes(c)
      let r = k.term.lanes(c).addingProduct(v, k.ofInput.lanes(c)).addingProduct(d, k.ofGradient.lanes(c))
      out.put(c, accumulate ? out.lanes(c) + r : r)
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
