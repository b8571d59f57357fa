/// What a premultiplied BGRA pixel adds to one plane's sample, in 2^-20 of a step.
struct SampleWeights {
  let blue: Int
  let green: Int
  let red: Int
  let alpha: Int

  /// 1 / 255 in the same unit: what a clear pixel leaves of the sample below.
  static let inverse = ((1 << 20) + 127) / 255

  /// Weights of plane `plane` in `layout`.
  init(plane: Int, layout: PixelLayout, colour: ColourSpace) {
    switch (layout.model, plane) {
    case (.rgb, _): self.init(primary: plane, span: layout.maximum)
    case (.yuv, 0): self.init(luma: colour, layout.depth)
    case (.yuv, _): self.init(difference: plane == 1 ? 2 : 0, colour, layout.depth)
    }
  }

  /// Planes G, B, R.
  private init(primary plane: Int, span: Int) {
    let whole = Double(span) / 255
    self.init(blue: plane == 1 ? whole : 0, green: plane == 0 ? whole : 0, red: plane == 2 ? whole : 0, alpha: 0)
  }

  private init(luma colour: ColourSpace, _ depth: Int) {
    let unit = Double(colour.lumaSpan(depth)) / 255
    self.init(
      blue: colour.blue * unit, green: colour.green * unit, red: colour.red * unit,
      alpha: Double(colour.lumaFloor(depth)) / 255)
  }

  /// Cb = (B - Y) / 2(1 - Kb) and Cr = (R - Y) / 2(1 - Kr), about the middle.
  private init(difference primary: Int, _ colour: ColourSpace, _ depth: Int) {
    let own = primary == 2 ? colour.blue : colour.red
    let unit = Double(colour.chromaSpan(depth)) / 255 / (2 * (1 - own))
    self.init(
      blue: ((primary == 2 ? 1 : 0) - colour.blue) * unit, green: -colour.green * unit,
      red: ((primary == 0 ? 1 : 0) - colour.red) * unit, alpha: Double(1 << (depth - 1)) / 255)
  }

  private init(blue: Double, green: Double, red: Double, alpha: Double) {
    func fixed(_ value: Double) -> Int { Int((value * Double(1 << 20)).rounded()) }
    (self.blue, self.green, self.red, self.alpha) = (fixed(blue), fixed(green), fixed(red), fixed(alpha))
  }
}

/// Sums of premultiplied BGRA over the pixels that share a sample.
struct PixelSum {
  var blue = 0
  var green = 0
  var red = 0
  var alpha = 0

  @inline(__always)
  mutating func add(_ pixel: UnsafePointer<UInt8>) {
    blue += Int(pixel[0])
    green += Int(pixel[1])
    red += Int(pixel[2])
    alpha += Int(pixel[3])
  }

  /// The sample below with these pixels over it, `count` of them sharing it.
  @inline(__always)
  func over(_ sample: Int, _ weights: SampleWeights, count: Int, maximum: Int) -> Int {
    let below = sample * (255 * count - alpha) * SampleWeights.inverse
    let above = weights.blue * blue + weights.green * green + weights.red * red + weights.alpha * alpha
    return min(max((below + above + count << 19) / (count << 20), 0), maximum)
  }
}
