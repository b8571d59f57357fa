public import KernelTypes

extension VectorLoops {
  public static func depthwise(_ run: DepthwiseRun) {
    var at = 0
    while at + 2 * lanes <= run.channels {
      pixels(Group<2, Vector>.self, run, at)
      at += 2 * lanes
    }
    while at + lanes <= run.channels {
      pixels(Group<1, Vector>.self, run, at)
      at += lanes
    }
    if at + 8 <= run.channels {
      pixels(Group<1, V8>.self, run, at)
      at += 8
    }
    if at < run.channels { rest(run, at) }
  }

  @inline(__always)
  private static func pixels<let vectors: Int, V: FloatVector>(
    _: Group<vectors, V>.Type, _ run: DepthwiseRun, _ channel: Int
  ) {
    var pixel = 0
    while pixel + 4 <= run.pixels {
      Outputs<4, vectors, V>.compute(run, pixel, channel)
      pixel += 4
    }
    while pixel < run.pixels {
      Outputs<1, vectors, V>.compute(run, pixel, channel)
      pixel += 1
    }
  }

  /// Channels that fill no vector.
  @inline(never)
  private static func rest(_ run: DepthwiseRun, _ channel: Int) {
    let count = run.channels - channel
    for pixel in 0..<run.pixels {
      var sum = run.bias.vector(channel)
      run.forEachTap(pixel, channel) { sum.addProduct($0.partialVector(0, count: count), $1.vector()) }
      run.output.storePartial(sum, pixel * run.channels + channel, count: count)
    }
  }
}

/// `vectors` vectors of channels.
private enum Group<let vectors: Int, V: FloatVector> {}

/// `pixels` neighbouring outputs of `vectors` vectors of channels: they share each weight.
private enum Outputs<let pixels: Int, let vectors: Int, V: FloatVector> {
  @inline(never)
  static func compute(_ run: DepthwiseRun, _ pixel: Int, _ channel: Int) {
    let bias = InlineArray<vectors, V> { run.bias.load(V.self, channel + V.lanes * $0) }
    var sums = InlineArray<pixels, InlineArray<vectors, V>>(repeating: bias)
    let step = run.pixelStep
    run.forEachTap(pixel, channel) { x, weight in
      let w = InlineArray<vectors, V> { weight.load(V.self, V.lanes * $0) }
      for i in 0..<pixels {
        for v in 0..<vectors { sums[i][v].addProduct(x.load(V.self, i * step + V.lanes * v), w[v]) }
      }
    }
    for i in 0..<pixels {
      for v in 0..<vectors { run.output.store(sums[i][v], (pixel + i) * run.channels + channel + V.lanes * v) }
    }
  }
}

extension DepthwiseRun {
  @inline(__always)
  func forEachTap(
    _ pixel: Int, _ channel: Int, _ body: (_ input: UnsafePointer<Float>, _ weight: UnsafePointer<Float>) -> Void
  ) {
    for ky in 0..<rows {
      var weight = weights + ky * weightRow + channel
      var x = input + pixel * pixelStep + ky * rowStep + channel
      for _ in 0..<columns {
        body(x, weight)
        weight += weightStep
        x += kernelPositionStep
      }
    }
  }
}
