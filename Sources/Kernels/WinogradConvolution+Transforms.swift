extension WinogradConvolution {
  /// Packs `weight` (PyTorch's order: out, in, 3, 3) transformed, point by point, and then `bias`.
  public func pack(_ weight: UnsafePointer<Float>, _ bias: UnsafePointer<Float>?, _ target: UnsafeMutablePointer<Float>)
  {
    let rows = tile == 2 ? Winograd2.filter : tile == 4 ? Winograd4.filter : Winograd6.filter
    rows.flatMap { $0 }.withUnsafeBufferPointer { g in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: size * 3) { half in
        for panel in 0..<panels.count {
          pack(panel, weight, g.baseAddress!, half.baseAddress!, target + panels.offset(panel))
        }
      }
    }
    let biases = target + points * panels.floats
    for column in 0..<panels.paddedColumns { biases[column] = column < shape.outChannels ? bias?[column] ?? 0 : 0 }
  }

  private func pack(
    _ panel: Int, _ weight: UnsafePointer<Float>, _ g: UnsafePointer<Double>, _ half: UnsafeMutablePointer<Double>,
    _ target: UnsafeMutablePointer<Float>
  ) {
    let width = panels.vectors(panel) * 8
    for row in 0..<shape.inChannels {
      for lane in 0..<width {
        let (column, at) = (panel * 16 + lane, target + row * width + lane)
        if column < shape.outChannels {
          transform(weight + (column * shape.inChannels + row) * 9, g, half, at)
        } else {
          for point in 0..<points { at[point * panels.floats] = 0 }
        }
      }
    }
  }

  /// G f G transposed, one point a plane.
  @inline(__always)
  private func transform(
    _ filter: UnsafePointer<Float>, _ g: UnsafePointer<Double>, _ half: UnsafeMutablePointer<Double>,
    _ target: UnsafeMutablePointer<Float>
  ) {
    for i in 0..<size {
      for b in 0..<3 {
        half[i * 3 + b] =
          g[i * 3] * Double(filter[b]) + g[i * 3 + 1] * Double(filter[3 + b]) + g[i * 3 + 2] * Double(filter[6 + b])
      }
    }
    for i in 0..<size {
      for j in 0..<size {
        target[(i * size + j) * panels.floats] = Float(
          half[i * 3] * g[j * 3] + half[i * 3 + 1] * g[j * 3 + 1] + half[i * 3 + 2] * g[j * 3 + 2])
      }
    }
  }

  /// Transforms the inputs of `tiles` into the slots from `slots` on.
  func transformInputs<T: WinogradTransform>(
    _: T.Type, _ tiles: Range<Int>, _ slots: Int, _ input: UnsafePointer<Float>, _ memory: Memory
  ) {
    let size = T.outputs + 2
    for (slot, index) in tiles.enumerated() {
      let (source, rowStep, step) = patch(index, input, memory)
      let target = memory.inputs + (slots + slot) * depthStride
      for c in stride(from: 0, to: depthStride, by: 8) {
        for row in 0..<size { T.input(source + row * rowStep + c, step, memory.temporary + row * size * 8, 8) }
        for column in 0..<size {
          T.input(
            memory.temporary + column * 8, size * 8, target + column * inputPlane + c, size * inputPlane)
        }
      }
    }
  }

  /// Where the inputs of a tile are: in the image, or copied with zeros around it where the tile crosses its edge or
  /// the channels fill no whole vectors.
  private func patch(
    _ index: Int, _ input: UnsafePointer<Float>, _ memory: Memory
  ) -> (source: UnsafePointer<Float>, rowStep: Int, step: Int) {
    let (image, inside) = (index / imageTiles, index % imageTiles)
    let top = inside / tilesWide * tile - shape.paddingHeight
    let left = inside % tilesWide * tile - shape.paddingWidth
    let base = input + image * shape.inFloats
    let channels = shape.inChannels
    if top >= 0, left >= 0, top + size <= shape.inHeight, left + size <= shape.inWidth, channels == depthStride {
      return (base + (top * shape.inWidth + left) * channels, shape.inWidth * channels, channels)
    }
    for row in 0..<size {
      for column in 0..<size {
        let (y, x) = (top + row, left + column)
        let target = memory.patch + (row * size + column) * depthStride
        let isInside = y >= 0 && y < shape.inHeight && x >= 0 && x < shape.inWidth
        copyPixel(isInside ? base + (y * shape.inWidth + x) * channels : nil, target)
      }
    }
    return (UnsafePointer(memory.patch), size * depthStride, depthStride)
  }

  @inline(__always)
  private func copyPixel(_ source: UnsafePointer<Float>?, _ target: UnsafeMutablePointer<Float>) {
    let whole = shape.inChannels & ~7
    guard let source else { return target.update(repeating: 0, count: depthStride) }
    for c in stride(from: 0, to: whole, by: 8) { target.store(source.vector(c), c) }
    if whole < depthStride {
      target.store(source.partialVector(whole, count: shape.inChannels - whole), whole)
    }
  }

  /// Transforms the products of a block for the panels from `panel` on and writes the outputs.
  func transformOutputs<T: WinogradTransform>(
    _: T.Type, _ block: Range<Int>, _ panel: Int, _ memory: Memory, _ end: LayerEnd,
    _ output: UnsafeMutablePointer<Float>
  ) {
    let (m, size) = (T.outputs, T.outputs + 2)
    let results = memory.temporary + size * size * 8
    let columns = panel * 16..<min(shape.outChannels, panel * 16 + productWidth)
    for (slot, index) in block.enumerated() {
      let (image, inside) = (index / imageTiles, index % imageTiles)
      let (top, left) = (inside / tilesWide * m, inside % tilesWide * m)
      let corner = ((image * shape.outHeight + top) * shape.outWidth + left) * shape.outChannels
      let (height, width) = (min(m, shape.outHeight - top), min(m, shape.outWidth - left))
      for column in stride(from: columns.lowerBound, to: columns.upperBound, by: 8) {
        let products = UnsafePointer(memory.products) + slot * productWidth + column - columns.lowerBound
        for row in 0..<size {
          T.output(products + row * size * productPlane, productPlane, memory.temporary + row * m * 8, 8)
        }
        for x in 0..<width { T.output(memory.temporary + x * 8, m * 8, results + x * 8, m * 8) }
        for y in 0..<height {
          let row = corner + y * shape.outWidth * shape.outChannels + column
          write(results + y * m * 8, width, column, end, output, row)
        }
      }
    }
  }

  /// Writes the results of `count` neighbouring pixels from channel `column` on; the first goes to `output[at]`.
  @inline(__always)
  private func write(
    _ results: UnsafePointer<Float>, _ count: Int, _ column: Int, _ end: LayerEnd,
    _ output: UnsafeMutablePointer<Float>, _ at: Int
  ) {
    let bias = end.bias.map { $0.vector(column) } ?? .zero
    let columns = shape.outChannels - column
    guard columns >= 8 else { return writePartial(results, count, bias, columns, end, output, at) }
    for x in 0..<count {
      let place = at + x * shape.outChannels
      var sum = results.vector(x * 8) + bias
      if let residual = end.residual { sum += residual.vector(place) }
      output.store(applied(end.function, sum), place)
    }
  }

  /// The same for `columns` channels, fewer than eight.
  @inline(never)
  private func writePartial(
    _ results: UnsafePointer<Float>, _ count: Int, _ bias: V8, _ columns: Int, _ end: LayerEnd,
    _ output: UnsafeMutablePointer<Float>, _ at: Int
  ) {
    for x in 0..<count {
      let place = at + x * shape.outChannels
      var sum = results.vector(x * 8) + bias
      if let residual = end.residual { sum += residual.partialVector(place, count: columns) }
      output.storePartial(applied(end.function, sum), place, count: columns)
    }
  }
}
