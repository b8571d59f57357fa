public import KernelTypes

// The two passes of Winograd's transforms over a tile, a vector of channels at a time; the last eight channels may be half a vector.

extension VectorLoops {
  public static func winogradInput(outputs: Int, _ tile: WinogradInput) {
    switch outputs {
    case 2: input(Winograd2.self, tile)
    case 4: input(Winograd4.self, tile)
    default: input(Winograd6.self, tile)
    }
  }

  public static func winogradOutput(outputs: Int, _ tile: WinogradOutput) {
    switch outputs {
    case 2: output(Winograd2.self, tile)
    case 4: output(Winograd4.self, tile)
    default: output(Winograd6.self, tile)
    }
  }

  public static func winogradGradient(outputs: Int, _ tile: WinogradGradient) {
    switch outputs {
    case 2: gradient(Winograd2.self, tile)
    case 4: gradient(Winograd4.self, tile)
    default: gradient(Winograd6.self, tile)
    }
  }

  public static func winogradFilter(outputs: Int, _ filters: WinogradFilters) {
    switch outputs {
    case 2: filter(Winograd2.self, filters)
    case 4: filter(Winograd4.self, filters)
    default: filter(Winograd6.self, filters)
    }
  }

  @inline(__always)
  private static func input<T: WinogradTransform>(_: T.Type, _ tile: WinogradInput) {
    let whole = forEachVector(tile.channels) { tile.transform(T.self, Vector.self, $0) }
    if whole < tile.channels { tile.transform(T.self, V8.self, whole) }
  }

  @inline(__always)
  private static func output<T: WinogradTransform>(_: T.Type, _ tile: WinogradOutput) {
    var at = forEachVector(tile.channels) { tile.transform(T.self, Vector.self, $0) }
    if at + 8 <= tile.channels {
      tile.transform(T.self, V8.self, at)
      at += 8
    }
    if at < tile.channels { tile.transformPartial(T.self, at) }
  }

  @inline(__always)
  private static func gradient<T: WinogradTransform>(_: T.Type, _ tile: WinogradGradient) {
    let whole = forEachVector(tile.channels) { tile.transform(T.self, Vector.self, $0) }
    if whole < tile.channels { tile.transform(T.self, V8.self, whole) }
  }

  @inline(__always)
  private static func filter<T: WinogradTransform>(_: T.Type, _ filters: WinogradFilters) {
    for row in 0..<filters.rows {
      prefetchAhead(filters.source + row * 9 * filters.width, floats: 9 * filters.width)
      let whole = forEachVector(filters.width) { filters.transform(T.self, Vector.self, row, $0) }
      if whole < filters.width { filters.transform(T.self, V8.self, row, whole) }
    }
  }
}

extension WinogradInput {
  @inline(__always)
  func transform<T: WinogradTransform, V: FloatVector>(_: T.Type, _: V.Type, _ c: Int) {
    let (size, width) = (T.outputs + 2, V.lanes)
    for row in 0..<size {
      T.input(V.self, source + row * rowStep + c, pixelStep, scratch + row * size * width, width)
    }
    for column in 0..<size {
      T.input(V.self, scratch + column * width, size * width, target + column * plane + c, size * plane)
    }
  }
}

extension WinogradFilters {
  @inline(__always)
  func transform<T: WinogradTransform, V: FloatVector>(_: T.Type, _: V.Type, _ row: Int, _ lane: Int) {
    let (size, vector) = (T.outputs + 2, V.lanes)
    let kernelPositions = source + row * 9 * width + lane
    for column in 0..<3 {
      T.weights(V.self, kernelPositions + column * width, 3 * width, scratch + column * vector, 3 * vector)
    }
    for line in 0..<size {
      T.weights(
        V.self, scratch + line * 3 * vector, vector, target + line * size * plane + row * width + lane, plane)
    }
  }
}

extension WinogradGradient {
  @inline(__always)
  func transform<T: WinogradTransform, V: FloatVector>(_: T.Type, _: V.Type, _ c: Int) {
    let (size, width) = (T.outputs + 2, V.lanes)
    for column in 0..<T.outputs {
      T.gradient(V.self, source + column * channels + c, rowStep, scratch + column * width, T.outputs * width)
    }
    let to = target + c / 16 * panelStep + c % 16
    for row in 0..<size {
      T.gradient(V.self, scratch + row * T.outputs * width, width, to + row * size * plane, plane)
    }
  }
}

extension WinogradOutput {
  /// To `scratch` + 64 vectors on: row after row of `T.outputs` results.
  @inline(__always)
  private func results<T: WinogradTransform, V: FloatVector>(
    _: T.Type, _: V.Type, _ c: Int
  ) -> UnsafeMutablePointer<Float> {
    let (m, size, width) = (T.outputs, T.outputs + 2, V.lanes)
    let results = scratch + 64 * width
    for row in 0..<size {
      T.output(V.self, products + row * size * plane + c, plane, scratch + row * m * width, width)
    }
    for x in 0..<columns { T.output(V.self, scratch + x * width, m * width, results + x * width, m * width) }
    return results
  }

  @inline(__always)
  func transform<T: WinogradTransform, V: FloatVector>(_: T.Type, _: V.Type, _ c: Int) {
    let results = UnsafePointer(results(T.self, V.self, c))
    let bias = end.bias.map { $0.load(V.self, c) } ?? V(repeating: 0)
    for y in 0..<rows {
      for x in 0..<columns {
        let place = y * rowStep + x * pixelStep + c
        var sum = results.load(V.self, (y * T.outputs + x) * V.lanes) + bias
        if let residual = end.residual { sum = sum + residual.load(V.self, place) }
        output.store(applied(end.function, sum), place)
      }
    }
  }

  /// The last channels, fewer than eight.
  @inline(never)
  func transformPartial<T: WinogradTransform>(_: T.Type, _ c: Int) {
    let (results, count) = (UnsafePointer(results(T.self, V8.self, c)), channels - c)
    let bias = end.bias.map { $0.vector(c) } ?? V8(repeating: 0)
    for y in 0..<rows {
      for x in 0..<columns {
        let place = y * rowStep + x * pixelStep + c
        var sum = results.vector((y * T.outputs + x) * 8) + bias
        if let residual = end.residual { sum += residual.partialVector(place, count: count) }
        output.storePartial(applied(end.function, sum), place, count: count)
      }
    }
  }
}
