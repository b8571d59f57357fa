// All tiles of a batch are transformed, then each point's product is done at once: for layers with many channels.
import Kernels

extension WinogradTraining {
  /// Tiles of a part of the transforms.
  private static let block = 16

  func convolveByPoint(
    _ io: TrainingIO, _ tiles: WinogradTiles, _ source: UnsafePointer<Float>, _ from: Int,
    _ target: UnsafeMutablePointer<Float>, _ to: Int, flipped: Bool, accumulate: Bool
  ) {
    let total = io.batch * tiles.perImage
    let panel = GemmPanels.count(depth: from, columns: to)
    let (inPlane, outPlane) = (total * from + 16, total * to + 16)
    io.threadPool.reserve(
      scratch: tiles.patch(channels: max(from, to)), shared: tiles.points * (panel + inPlane + outPlane))
    let planes = io.threadPool.shared + tiles.points * panel
    let products = planes + tiles.points * inPlane
    transformWeights(io, tiles, from, flipped: flipped)
    forEachBlock(io, total) { range, patch in
      tiles.transformInputs(
        range, channels: from, source, planes + range.lowerBound * from, plane: inPlane, patch: patch)
    }
    io.threadPool.run(tiles.points) { point, _ in
      multiplyPanels(
        rows: total, columns: to, depth: from, Factor(planes + point * inPlane, rowStep: from, depthStep: 1),
        io.threadPool.shared + point * panel, products + point * outPlane, ldc: to, accumulate: false)
    }
    forEachBlock(io, total) { range, patch in
      tiles.transformOutputs(
        range, channels: to, products + range.lowerBound * to, plane: outPlane, target, accumulate: accumulate,
        patch: patch)
    }
  }

  func addWeightGradientByPoint(_ io: TrainingIO, _ gradient: UnsafeMutablePointer<Float>) {
    let total = io.batch * tiles.perImage
    let (inPlane, outPlane) = (total * inputs + 16, GemmPanels.count(depth: total, columns: outputs) + 16)
    let size = inputs * outputs
    io.threadPool.reserve(
      scratch: tiles.patch(channels: max(inputs, outputs)), shared: tiles.points * (size + inPlane + outPlane))
    let planes = io.threadPool.shared + tiles.points * size
    let turned = planes + tiles.points * inPlane
    forEachBlock(io, total) { range, patch in
      tiles.transformInputs(
        range, channels: inputs, io.inputs[0].base, planes + range.lowerBound * inputs, plane: inPlane, patch: patch)
      tiles.transformGradients(
        range, channels: outputs, io.outputGradient, turned + range.lowerBound * GemmPanels.width, plane: outPlane,
        depth: total, patch: patch)
    }
    io.threadPool.run(tiles.points) { point, _ in
      multiplyPanels(
        rows: inputs, columns: outputs, depth: total,
        Factor(planes + point * inPlane, rowStep: 1, depthStep: inputs), turned + point * outPlane,
        io.threadPool.shared + point * size, ldc: outputs, accumulate: false)
    }
    io.threadPool.run(over: inputs, parts: 16) { _, rows, _ in
      tiles.addWeightGradient(
        io.threadPool.shared, blocks: 1, block: 0, outputs: outputs, inputs: inputs, rows: rows, gradient)
    }
  }

  private func forEachBlock(
    _ io: TrainingIO, _ total: Int, _ body: (Range<Int>, _ patch: UnsafeMutablePointer<Float>) -> Void
  ) {
    io.threadPool.run((total + Self.block - 1) / Self.block) { part, worker in
      body(part * Self.block..<min((part + 1) * Self.block, total), io.threadPool.scratch(worker))
    }
  }
}
