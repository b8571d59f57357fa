import Kernels

/// Any convolution in training as products of patches and weights, strip by strip so that a strip stays in a core's cache. Groups one
/// after the other.
struct PatchConvolution: TrainingConvolution {
  private let patches: Patches
  /// Output rows of a strip.
  private let stripRows: Int

  init(_ patches: Patches) {
    self.patches = patches
    stripRows = min(max(65_536 / (patches.kernelPositions * patches.output.width), 1), patches.output.height)
  }

  private var convolution: Conv2d { patches.convolution }
  private var input: Shape { patches.input }
  private var output: Shape { patches.output }
  private var perGroup: (inputs: Int, outputs: Int) { patches.perGroup }
  private var kernelPositions: Int { patches.kernelPositions }
  private var area: Int { patches.area }
  private var isPointwise: Bool { patches.isPointwise }
  private var strips: Int { (output.height + stripRows - 1) / stripRows }
  private var patchFloats: Int { stripRows * output.width * kernelPositions }

  private func rows(_ strip: Int) -> Range<Int> { strip * stripRows..<min((strip + 1) * stripRows, output.height) }

  func forward(_ io: TrainingIO) {
    let panel = GemmPanels.count(depth: kernelPositions, columns: perGroup.outputs)
    io.threadPool.reserve(scratch: patchFloats, shared: convolution.groups * panel)
    packWeights(io, panel, transposed: false)
    io.threadPool.run(io.batch * strips) { part, worker in
      let (image, strip) = part.quotientAndRemainder(dividingBy: strips)
      let rows = rows(strip)
      let y = io.output + (image * output.pixels + rows.lowerBound * output.width) * output.channels
      for group in 0..<convolution.groups {
        let patches = patches.gather(io.input(0, image), rows, group, into: io.threadPool.scratch(worker))
        multiplyPanels(
          rows: rows.count * output.width, columns: perGroup.outputs, depth: kernelPositions,
          Factor(patches, rowStep: kernelPositions, depthStep: 1), io.threadPool.shared + group * panel,
          y + group * perGroup.outputs, ldc: output.channels, accumulate: false)
      }
    }
  }

  func backward(_ io: TrainingIO) {
    if let gradient = io.parameterGradients[0] { addWeightGradient(io, gradient) }
    if let target = io.inputGradients[0] { setInputGradient(io, target) }
  }

  private func setInputGradient(_ io: TrainingIO, _ target: InputGradient) {
    let panel = GemmPanels.count(depth: perGroup.outputs, columns: kernelPositions)
    io.threadPool.reserve(scratch: patchFloats, shared: convolution.groups * panel)
    packWeights(io, panel, transposed: true)
    io.threadPool.run(io.batch) { image, worker in
      let dx = target.base + image * input.count
      if !target.accumulates, !isPointwise { dx.update(repeating: 0, count: input.count) }
      for strip in 0..<strips {
        let rows = rows(strip)
        let dy = io.gradient(image) + rows.lowerBound * output.width * output.channels
        for group in 0..<convolution.groups {
          let direct = dx + rows.lowerBound * output.width * kernelPositions
          let patches = isPointwise ? direct : io.threadPool.scratch(worker)
          multiplyPanels(
            rows: rows.count * output.width, columns: kernelPositions, depth: perGroup.outputs,
            Factor(dy + group * perGroup.outputs, rowStep: output.channels, depthStep: 1),
            io.threadPool.shared + group * panel, patches, ldc: kernelPositions,
            accumulate: isPointwise && target.accumulates)
          if !isPointwise { self.patches.scatter(patches, rows, group, to: dx) }
        }
      }
    }
  }

  /// Parts of a batch whose sums are added in order.
  private static let parts = 4

  private func addWeightGradient(_ io: TrainingIO, _ gradient: UnsafeMutablePointer<Float>) {
    let size = kernelPositions * perGroup.outputs
    let depth = stripRows * output.width
    let panel = GemmPanels.count(depth: depth, columns: perGroup.outputs)
    let parts = min(Self.parts, io.batch)
    io.threadPool.reserve(scratch: patchFloats + panel, shared: parts * convolution.groups * size)
    io.threadPool.run(over: io.batch, parts: parts) { part, images, worker in
      let sums = io.threadPool.shared + part * convolution.groups * size
      sums.update(repeating: 0, count: convolution.groups * size)
      for image in images {
        for strip in 0..<strips { addStrip(io, image, rows(strip), sums, io.threadPool.scratch(worker)) }
      }
    }
    io.threadPool.run(over: convolution.outChannels, parts: 16) { _, channels, _ in
      for o in channels { unpack(io.threadPool.shared, parts, o, gradient) }
    }
  }

  private func addStrip(
    _ io: TrainingIO, _ image: Int, _ rows: Range<Int>, _ sums: UnsafeMutablePointer<Float>,
    _ scratch: UnsafeMutablePointer<Float>
  ) {
    let pixels = rows.count * output.width
    let dy = io.gradient(image) + rows.lowerBound * output.width * output.channels
    for group in 0..<convolution.groups {
      let patches = patches.gather(io.input(0, image), rows, group, into: scratch)
      let packed = scratch + patchFloats
      GemmPanels.pack(
        depth: pixels, columns: perGroup.outputs, dy + group * perGroup.outputs, depthStep: output.channels,
        columnStep: 1, into: packed)
      multiplyPanels(
        rows: kernelPositions, columns: perGroup.outputs, depth: pixels,
        Factor(patches, rowStep: 1, depthStep: kernelPositions), packed,
        sums + group * kernelPositions * perGroup.outputs, ldc: perGroup.outputs, accumulate: true)
    }
  }

  /// Adds the gradient of output channel `o`, from kernelPositions x channels of each part to PyTorch's order.
  private func unpack(
    _ sums: UnsafePointer<Float>, _ parts: Int, _ o: Int, _ gradient: UnsafeMutablePointer<Float>
  ) {
    let (group, column) = o.quotientAndRemainder(dividingBy: perGroup.outputs)
    for kernelPosition in 0..<area {
      for c in 0..<perGroup.inputs {
        let at = (group * kernelPositions + kernelPosition * perGroup.inputs + c) * perGroup.outputs + column
        var sum: Float = 0
        for part in 0..<parts { sum += sums[part * kernelPositions * convolution.outChannels + at] }
        gradient[(o * perGroup.inputs + c) * area + kernelPosition] += sum
      }
    }
  }

  /// Lays weights out in panels: kernelPositions x outputs of a group, or outputs x kernelPositions.
  private func packWeights(_ io: TrainingIO, _ panel: Int, transposed: Bool) {
    let weights = io.parameters[0].elements.baseAddress!
    io.threadPool.run(convolution.groups) { group, _ in
      let to = io.threadPool.shared + group * panel
      to.update(repeating: 0, count: panel)
      for o in 0..<perGroup.outputs {
        for c in 0..<perGroup.inputs {
          let from = weights + ((group * perGroup.outputs + o) * perGroup.inputs + c) * area
          for kernelPosition in 0..<area {
            let t = kernelPosition * perGroup.inputs + c
            let (depth, k, j) = transposed ? (perGroup.outputs, o, t) : (kernelPositions, t, o)
            to[j / 16 * 16 * depth + k * 16 + j % 16] = from[kernelPosition]
          }
        }
      }
    }
  }
}
