import Kernels

/// 3x3 convolution in training by Winograd's method: forward, gradient by data (the same with turned weights) and gradient
/// by weights (products of transformed inputs and output gradients, summed over tiles).
///
/// With few channels, blocks of tiles go through all steps while they are in a core's cache. With many, the transformed weights
/// would be read again for each block: then all tiles are transformed, and each point's product is done at once.
struct WinogradTraining: TrainingConvolution {
  let tiles: WinogradTiles
  let inputs: Int
  let outputs: Int

  /// Where transformed weights leave the caches, transforming them takes as long as the products of so many tiles.
  private static let tilesOfWeights = 32

  /// Nil where the convolution is of another kind, or plain products cost no more for `batch` images.
  init?(_ convolution: Conv2d, _ input: Shape, batch: Int) {
    guard convolution.kernel == 3, convolution.stride == 1, convolution.dilation == 1, convolution.groups == 1,
      convolution.padding.height == convolution.padding.width, convolution.padding.height <= 2,
      convolution.inChannels % 8 == 0, convolution.outChannels % 8 == 0
    else { return nil }
    (inputs, outputs) = (convolution.inChannels, convolution.outChannels)
    tiles = WinogradTiles(height: input.height, width: input.width, padding: convolution.padding.height)
    let transformed = batch * tiles.perImage + (leavesCaches ? Self.tilesOfWeights : 0)
    guard 3 * transformed * tiles.points < 2 * 9 * batch * tiles.outHeight * tiles.outWidth else { return nil }
  }

  /// Floats of the transformed weights.
  private var weightFloats: Int { tiles.points * inputs * outputs }
  private var leavesCaches: Bool { weightFloats > 1_000_000 }

  func forward(_ io: TrainingIO) {
    convolve(io, tiles, io.inputs[0].base, inputs, io.output, outputs, flipped: false, accumulate: false)
  }

  func backward(_ io: TrainingIO) {
    if let gradient = io.parameterGradients[0] {
      if weightFloats > 250_000 { addWeightGradientByPoint(io, gradient) } else { addWeightGradient(io, gradient) }
    }
    guard let target = io.inputGradients[0] else { return }
    let back = WinogradTiles(height: tiles.outHeight, width: tiles.outWidth, padding: 2 - tiles.padding)
    convolve(
      io, back, io.outputGradient, outputs, target.base, inputs, flipped: true, accumulate: target.accumulates)
  }

  /// Tiles that are transformed together, so that their planes stay in a core's cache.
  private func block(_ tiles: WinogradTiles) -> Int {
    min(max(100_000 / (tiles.points * (inputs + outputs)) / 6 * 6, 12), 48)
  }

  private func convolve(
    _ io: TrainingIO, _ tiles: WinogradTiles, _ source: UnsafePointer<Float>, _ from: Int,
    _ target: UnsafeMutablePointer<Float>, _ to: Int, flipped: Bool, accumulate: Bool
  ) {
    if leavesCaches {
      return convolveByPoint(io, tiles, source, from, target, to, flipped: flipped, accumulate: accumulate)
    }
    let block = block(tiles)
    let (inPlane, outPlane) = (block * from + 16, block * to + 16)
    let panel = GemmPanels.count(depth: from, columns: to)
    let planeFloats = tiles.points * (inPlane + outPlane)
    io.threadPool.reserve(scratch: planeFloats + tiles.patch(channels: from), shared: tiles.points * panel)
    transformWeights(io, tiles, from, flipped: flipped)
    let total = io.batch * tiles.perImage
    io.threadPool.run((total + block - 1) / block) { part, worker in
      let range = part * block..<min((part + 1) * block, total)
      let planes = io.threadPool.scratch(worker)
      let (products, patch) = (planes + tiles.points * inPlane, planes + planeFloats)
      tiles.transformInputs(range, channels: from, source, planes, plane: inPlane, patch: patch)
      for point in 0..<tiles.points {
        multiplyPanels(
          rows: range.count, columns: to, depth: from,
          Factor(planes + point * inPlane, rowStep: from, depthStep: 1), io.threadPool.shared + point * panel,
          products + point * outPlane, ldc: to, accumulate: false)
      }
      tiles.transformOutputs(
        range, channels: to, products, plane: outPlane, target, accumulate: accumulate, patch: patch)
    }
  }

  func transformWeights(_ io: TrainingIO, _ tiles: WinogradTiles, _ rows: Int, flipped: Bool) {
    let weights = io.parameters[0].elements.baseAddress!
    io.threadPool.run(over: rows, parts: 16) { _, rows, _ in
      tiles.transformWeights(
        weights, outputs: outputs, inputs: inputs, flipped: flipped, rows: rows, io.threadPool.shared)
    }
  }

  /// Parts of a batch whose sums are added in order: few, since each holds all transformed weights.
  private static let parts = 4

  private func addWeightGradient(_ io: TrainingIO, _ gradient: UnsafeMutablePointer<Float>) {
    let block = block(tiles)
    let (inPlane, outPlane) = (block * inputs + 16, GemmPanels.count(depth: block, columns: outputs) + 16)
    let planeFloats = tiles.points * (inPlane + outPlane)
    let size = tiles.points * inputs * outputs
    io.threadPool.reserve(
      scratch: planeFloats + tiles.patch(channels: max(inputs, outputs)), shared: Self.parts * size)
    let total = io.batch * tiles.perImage
    let parts = min(Self.parts, total)
    io.threadPool.run(over: total, parts: parts) { part, range, worker in
      let sums = io.threadPool.shared + part * size
      sums.update(repeating: 0, count: size)
      for start in stride(from: range.lowerBound, to: range.upperBound, by: block) {
        addBlock(
          io, start..<min(start + block, range.upperBound), io.threadPool.scratch(worker), (inPlane, outPlane), sums)
      }
    }
    io.threadPool.run(over: inputs, parts: 16) { _, rows, _ in
      tiles.addWeightGradient(
        io.threadPool.shared, blocks: parts, block: size, outputs: outputs, inputs: inputs, rows: rows, gradient)
    }
  }

  private func addBlock(
    _ io: TrainingIO, _ range: Range<Int>, _ planes: UnsafeMutablePointer<Float>, _ plane: (in: Int, out: Int),
    _ sums: UnsafeMutablePointer<Float>
  ) {
    let turned = planes + tiles.points * plane.in
    let patch = turned + tiles.points * plane.out
    tiles.transformInputs(
      range, channels: inputs, io.inputs[0].base, planes, plane: plane.in, patch: patch)
    tiles.transformGradients(
      range, channels: outputs, io.outputGradient, turned, plane: plane.out, depth: range.count, patch: patch)
    for point in 0..<tiles.points {
      multiplyPanels(
        rows: inputs, columns: outputs, depth: range.count,
        Factor(planes + point * plane.in, rowStep: 1, depthStep: inputs), turned + point * plane.out,
        sums + point * inputs * outputs, ldc: outputs, accumulate: true)
    }
  }
}
