import Kernels

/// A convolution with more weights than an image has patches: the patches of many images make one matrix, so that weights are read once
/// for all of them. Products are OpenBLAS's; outputs or kernelPositions are shared out in fixed parts.
struct BatchConvolution: TrainingConvolution {
  private let patches: Patches
  /// Images whose patches are laid out together: 16 MB of them.
  private let images: Int

  /// Nil where an image has patches enough.
  init?(_ patches: Patches) {
    guard patches.convolution.groups == 1, patches.output.pixels < patches.perGroup.outputs,
      patches.kernelPositions >= 64
    else {
      return nil
    }
    self.patches = patches
    images = max(4_000_000 / (patches.output.pixels * patches.kernelPositions), 1)
  }

  private static let parts = 4

  private var kernelPositions: Int { patches.kernelPositions }
  private var outputs: Int { patches.perGroup.outputs }
  private var pixels: Int { patches.output.pixels }
  private var rows: Range<Int> { 0..<patches.output.height }

  func forward(_ io: TrainingIO) {
    forEachChunk(io) { chunk, weights, space in
      let patches = gather(io, chunk, into: space)
      let y = io.output + chunk.lowerBound * pixels * outputs
      io.threadPool.run(over: outputs, parts: Self.parts) { _, outs, _ in
        multiplyLarge(
          rows: chunk.count * pixels, columns: outs.count, depth: kernelPositions,
          MatrixView(patches, stride: kernelPositions),
          MatrixView(weights + outs.lowerBound * kernelPositions, stride: kernelPositions, transposed: true),
          y + outs.lowerBound,
          ldc: outputs, accumulate: false)
      }
    }
  }

  func backward(_ io: TrainingIO) {
    if let gradient = io.parameterGradients[0] { addWeightGradient(io, gradient) }
    if let target = io.inputGradients[0] { setInputGradient(io, target) }
  }

  private func setInputGradient(_ io: TrainingIO, _ target: InputGradient) {
    forEachChunk(io) { chunk, weights, space in
      let dx = target.base + chunk.lowerBound * patches.input.count
      let products = patches.isPointwise ? dx : space
      io.threadPool.run(over: kernelPositions, parts: Self.parts) { _, range, _ in
        multiplyLarge(
          rows: chunk.count * pixels, columns: range.count, depth: outputs,
          MatrixView(io.gradient(chunk.lowerBound), stride: outputs),
          MatrixView(weights + range.lowerBound, stride: kernelPositions), products + range.lowerBound,
          ldc: kernelPositions,
          accumulate: patches.isPointwise && target.accumulates)
      }
      guard !patches.isPointwise else { return }
      io.threadPool.run(chunk.count) { image, _ in
        let dx = dx + image * patches.input.count
        if !target.accumulates { dx.update(repeating: 0, count: patches.input.count) }
        patches.scatter(products + image * pixels * kernelPositions, rows, to: dx)
      }
    }
  }

  private func addWeightGradient(_ io: TrainingIO, _ gradient: UnsafeMutablePointer<Float>) {
    forEachChunk(io, layWeights: false) { chunk, sums, space in
      let patches = gather(io, chunk, into: space)
      io.threadPool.run(over: outputs, parts: Self.parts) { _, outs, _ in
        multiplyLarge(
          rows: outs.count, columns: kernelPositions, depth: chunk.count * pixels,
          MatrixView(io.gradient(chunk.lowerBound) + outs.lowerBound, stride: outputs, transposed: true),
          MatrixView(patches, stride: kernelPositions), sums + outs.lowerBound * kernelPositions, ldc: kernelPositions,
          accumulate: chunk.lowerBound > 0)
      }
    }
    io.threadPool.run(over: outputs, parts: 16) { _, outs, _ in
      forEachWeight(outs) { gradient[$0] += io.threadPool.shared[$1] }
    }
  }

  /// Calls `body` for each chunk of the batch with a matrix of outputs x kernelPositions (the weights, if they are to be laid out) and room for
  /// patches.
  private func forEachChunk(
    _ io: TrainingIO, layWeights: Bool = true,
    _ body: (Range<Int>, UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>) -> Void
  ) {
    let images = min(images, io.batch)
    io.threadPool.reserve(
      scratch: 0, shared: outputs * kernelPositions + (patches.isPointwise ? 0 : images * pixels * kernelPositions))
    let matrix = io.threadPool.shared
    if layWeights {
      let weights = io.parameters[0].elements.baseAddress!
      io.threadPool.run(over: outputs, parts: 16) { _, outs, _ in forEachWeight(outs) { matrix[$1] = weights[$0] } }
    }
    for first in stride(from: 0, to: io.batch, by: images) {
      body(first..<min(first + images, io.batch), matrix, matrix + outputs * kernelPositions)
    }
  }

  /// Calls `body` with each weight's place in PyTorch's order and in rows of kernelPositions.
  @inline(__always)
  private func forEachWeight(_ outs: Range<Int>, _ body: (_ torch: Int, _ row: Int) -> Void) {
    let (inputs, area) = (patches.perGroup.inputs, patches.area)
    for o in outs {
      for kernelPosition in 0..<area {
        for c in 0..<inputs {
          body(o * kernelPositions + c * area + kernelPosition, o * kernelPositions + kernelPosition * inputs + c)
        }
      }
    }
  }

  private func gather(
    _ io: TrainingIO, _ chunk: Range<Int>, into space: UnsafeMutablePointer<Float>
  ) -> UnsafePointer<Float> {
    if patches.isPointwise { return io.input(0, chunk.lowerBound) }
    io.threadPool.run(chunk.count) { image, _ in
      _ = patches.gather(io.input(0, chunk.lowerBound + image), rows, into: space + image * pixels * kernelPositions)
    }
    return UnsafePointer(space)
  }
}
