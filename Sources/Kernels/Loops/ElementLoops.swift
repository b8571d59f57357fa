public import KernelTypes

extension VectorLoops {
  public static func apply(
    _ function: ActivationFunction, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, count: Int
  ) {
    switch function {
    case .identity: map(x, y, count, { $0 }, { $0 })
    case .relu: map(x, y, count, { $0.rectified }, { $0.rectified })
    case .silu: map(x, y, count, { $0 * sigmoid($0) }, { $0 * sigmoid($0) })
    case .sigmoid: map(x, y, count, { sigmoid($0) }, { sigmoid($0) })
    }
  }

  /// `y[i] = f(x[i])`, a vector at a time; `tail` is `f` for eight.
  @inline(__always)
  private static func map(
    _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ count: Int, _ f: (Vector) -> Vector,
    _ tail: (V8) -> V8
  ) {
    var at = forEachVector(count) { y.store(f(x.load(Vector.self, $0)), $0) }
    if at + 8 <= count {
      y.store(tail(x.vector(at)), at)
      at += 8
    }
    if at < count { y.storePartial(tail(x.partialVector(at, count: count - at)), at, count: count - at) }
  }

  public static func windowMaximum(_ window: PixelWindow, _ y: UnsafeMutablePointer<Float>) {
    reduce(
      window, y, -.infinity, { $0.larger($1) }, { $0.larger($1) },
      { $0 }, { $0 })
  }

  public static func windowSum(_ window: PixelWindow, scale: Float, _ y: UnsafeMutablePointer<Float>) {
    reduce(window, y, 0, { $0 + $1 }, { $0 + $1 }, { $0 * Vector(repeating: scale) }, { $0 * V8(repeating: scale) })
  }

  /// Combines the pixels of a window in order of rows and columns.
  @inline(__always)
  private static func reduce(
    _ window: PixelWindow, _ y: UnsafeMutablePointer<Float>, _ start: Float,
    _ combine: (Vector, Vector) -> Vector, _ combineTail: (V8, V8) -> V8, _ end: (Vector) -> Vector,
    _ endTail: (V8) -> V8
  ) {
    let count = window.channels
    var at = forEachVector(count) { c in
      var result = Vector(repeating: start)
      window.forEachPixel(c) { result = combine(result, $0.load(Vector.self)) }
      y.store(end(result), c)
    }
    while at < count {
      let some = min(8, count - at)
      var result = V8(repeating: start)
      window.forEachPixel(at) {
        result = combineTail(result, some < 8 ? $0.partialVector(0, count: some) : $0.vector())
      }
      if some < 8 { y.storePartial(endTail(result), at, count: some) } else { y.store(endTail(result), at) }
      at += 8
    }
  }
}

extension PixelWindow {
  @inline(__always)
  func forEachPixel(_ c: Int, _ body: (UnsafePointer<Float>) -> Void) {
    for row in 0..<rows {
      var pixel = base + row * rowStep + c
      for _ in 0..<columns {
        body(pixel)
        pixel += channels
      }
    }
  }
}
