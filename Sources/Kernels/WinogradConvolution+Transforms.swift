extension WinogradConvolution {
  /// Packs `weight` (PyTorch's order: out, in, 3, 3), transformed point by point or as kernelPositions, and then `bias`.
  public func pack(_ weight: UnsafePointer<Float>, _ bias: UnsafePointer<Float>?, _ target: UnsafeMutablePointer<Float>)
  {
    if keepsTaps { packTaps(weight, target) } else { packPoints(weight, target) }
    let biases = target + weightFloats
    for column in 0..<panels.paddedColumns { biases[column] = column < shape.outChannels ? bias?[column] ?? 0 : 0 }
  }

  /// Panel by panel, input channel by input channel, kernelPosition by kernelPosition.
  private func packTaps(_ weight: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>) {
    let kernelPositions = Panels(columns: shape.outChannels, depth: 9 * shape.inChannels, loops)
    kernelPositions.pack(into: target) { row, column in weight[column * shape.inChannels * 9 + row] }
  }

  /// The kernelPositions transformed once and for all, as they would be on the way.
  private func packPoints(_ weight: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>) {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: 9 * panels.floats + winogradScratch) { room in
      let kernelPositions = room.baseAddress!
      packTaps(weight, kernelPositions)
      for panel in 0..<panels.count {
        loops.winogradFilter(
          outputs: tile,
          WinogradFilters(
            kernelPositions + 9 * panels.offset(panel), rows: shape.inChannels, width: panels.width(panel),
            target + panels.offset(panel), plane: panels.floats, scratch: kernelPositions + 9 * panels.floats))
      }
    }
  }

  /// Transforms the inputs of `tiles` into the slots from `slots` on.
  func transformInputs(_ tiles: Range<Int>, slots: Int, _ input: UnsafePointer<Float>, _ memory: Memory) {
    for (slot, index) in tiles.enumerated() {
      let (source, rowStep, step) = patch(index, input, memory)
      loops.winogradInput(
        outputs: tile,
        WinogradInput(
          source, rowStep: rowStep, pixelStep: step, channels: depthStride,
          memory.inputs + (slots + slot) * depthStride, plane: inputPlane, scratch: memory.temporary))
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

  /// Transforms the products of a block for a group of panels and writes the outputs.
  func transformOutputs(
    _ block: Range<Int>, _ group: Range<Int>, _ memory: Memory, _ end: LayerEnd, _ output: UnsafeMutablePointer<Float>
  ) {
    let column = group.lowerBound * panels.wholeWidth
    for (slot, index) in block.enumerated() {
      let (image, inside) = (index / imageTiles, index % imageTiles)
      let (top, left) = (inside / tilesWide * tile, inside % tilesWide * tile)
      let corner = ((image * shape.outHeight + top) * shape.outWidth + left) * shape.outChannels + column
      loops.winogradOutput(
        outputs: tile,
        WinogradOutput(
          memory.products + slot * productWidth, plane: productPlane,
          channels: min(shape.outChannels - column, productWidth), rows: min(tile, shape.outHeight - top),
          columns: min(tile, shape.outWidth - left), output + corner, rowStep: shape.outWidth * shape.outChannels,
          pixelStep: shape.outChannels,
          end: LayerEnd(
            bias: end.bias.map { $0 + column }, residual: end.residual.map { $0 + corner }, function: end.function),
          scratch: memory.temporary))
    }
  }
}
