import Kernels

/// Any convolution in training as products of patches and weights, strip by strip so that a strip stays in a core's cache. Groups one
/// after the other.
struct PatchConvolution: TrainingConvolution {
  private let patches: Patches
  /// Output rows of a strip.
  private let stripRows: Int

  init(_ patches: Patches) {
    self.patches = patches
    stripRows = min(max(65_536 / (patches.taps * patches.output.width), 1), patches.output.height)
  }

  private var convolution: Conv2d { patches.convolution }
  private var input: Shape { patches.input }
  private var output: Shape { patches.output }
  private var perGroup: (inputs: Int, outputs: Int) { patches.perGroup }
  private var taps: Int { patches.taps }
  private var area: Int { patches.area }
  private var isPointwise: Bool { patches.isPointwise }
  private var strips: Int { (output.height + stripRows - 1) / stripRows }
  private var patchFloats: Int { stripRows * output.width * taps }

  private func rows(_ strip: Int) -> Range<Int> { strip * stripRows..<min((strip + 1) * stripRows, output.height) }

  func forward(_ io: TrainingIO) {
    let panel = GemmPanels.count(depth: taps, columns: perGroup.outputs)
    io.team.reserve(scratch: patchFloats, shared: convolution.groups * panel)
    packWeights(io, panel, transposed: false)
    io.team.run(io.batch * strips) { part, worker in
      let (image, strip) = part.quotientAndRemainder(dividingBy: strips)
      let rows = rows(strip)
      let y = io.output + (image * output.pixels + rows.lowerBound * output.width) * output.channels
      for group in 0..<convolution.groups {
        let patches = patches.gather(io.input(0, image), rows, group, into: io.team.scratch(worker))
        multiplyPanels(
          rows: rows.count * output.width, columns: perGroup.outputs, depth: taps,
          Factor(patches, rowStep: taps, depthStep: 1), io.team.shared + group * panel,
          y + group * perGroup.outputs, ldc: output.channels, accumulate: false)
      }
    }
  }

  func backward(_ io: TrainingIO) {
    if let gradient = io.parameterGradients[0] { addWeightGradient(io, gradient) }
    if let target = io.inputGradients[0] { setInputGradient(io, target) }
  }

  private func setInputGradient(_ io: TrainingIO, _ target: InputGradient) {
    let panel = GemmPanels.count(depth: perGroup.outputs, columns: taps)
    io.team.reserve(scratch: patchFloats, shared: convolution.groups * panel)
    packWeights(io, panel, transposed: true)
    io.team.run(io.batch) { image, worker in
      let dx = target.base + image * input.count
      if !target.accumulates, !isPointwise { dx.update(repeating: 0, count: input.count) }
      for strip in 0..<strips {
        let rows = rows(strip)
        let dy = io.gradient(image) + rows.lowerBound * output.width * output.channels
        for group in 0..<convolution.groups {
          let direct = dx + rows.lowerBound * output.width * taps
          let patches = isPointwise ? direct : io.team.scratch(worker)
          multiplyPanels(
            rows: rows.count * output.width, columns: taps, depth: perGroup.outputs,
            Factor(dy + group * perGroup.outputs, rowStep: output.channels, depthStep: 1),
            io.team.shared + group * panel, patches, ldc: taps, accumulate: isPointwise && target.accumulates)
          if !isPointwise { self.patches.scatter(patches, rows, group, to: dx) }
        }
      }
    }
  }

  /// Parts of a batch whose sums are added in order.
  private static let parts = 4

  private func addWeightGradient(_ io: TrainingIO, _ gradient: UnsafeMutablePointer<Float>) {
    let size = taps * perGroup.outputs
    let depth = stripRows * output.width
    let panel = GemmPanels.count(depth: depth, columns: perGroup.outputs)
    let parts = min(Self.parts, io.batch)
    io.team.reserve(scratch: patchFloats + panel, shared: parts * convolution.groups * size)
    io.team.run(over: io.batch, parts: parts) { part, images, worker in
      let sums = io.team.shared + part * convolution.groups * size
      sums.update(repeating: 0, count: convolution.groups * size)
      for image in images {
        for strip in 0..<strips { addStrip(io, image, rows(strip), sums, io.team.scratch(worker)) }
      }
    }
    io.team.run(over: convolution.outChannels, parts: 16) { _, channels, _ in
      for o in channels { unpack(io.team.shared, parts, o, gradient) }
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
        rows: taps, columns: perGroup.outputs, depth: pixels, Factor(patches, rowStep: 1, depthStep: taps), packed,
        sums + group * taps * perGroup.outputs, ldc: perGroup.outputs, accumulate: true)
    }
  }

  /// Adds the gradient of output channel `o`, from taps x channels of each part to PyTorch's order.
  private func unpack(
    _ sums: UnsafePointer<Float>, _ parts: Int, _ o: Int, _ gradient: UnsafeMutablePointer<Float>
  ) {
    let (group, column) = o.quotientAndRemainder(dividingBy: perGroup.outputs)
    for tap in 0..<area {
      for c in 0..<perGroup.inputs {
        let at = (group * taps + tap * perGroup.inputs + c) * perGroup.outputs + column
        var sum: Float = 0
        for part in 0..<parts { sum += sums[part * taps * convolution.outChannels + at] }
        gradient[(o * perGroup.inputs + c) * area + tap] += sum
      }
    }
  }

  /// Lays weights out in panels: taps x outputs of a group, or outputs x taps.
  private func packWeights(_ io: TrainingIO, _ panel: Int, transposed: Bool) {
    let weights = io.parameters[0].elements.baseAddress!
    io.team.run(convolution.groups) { group, _ in
      let to = io.team.shared + group * panel
      to.update(repeating: 0, count: panel)
      for o in 0..<perGroup.outputs {
        for c in 0..<perGroup.inputs {
          let from = weights + ((group * perGroup.outputs + o) * perGroup.inputs + c) * area
          for tap in 0..<area {
            let t = tap * perGroup.inputs + c
            let (depth, k, j) = transposed ? (perGroup.outputs, o, t) : (taps, t, o)
            to[j / 16 * 16 * depth + k * 16 + j % 16] = from[tap]
          }
        }
      }
    }
  }
}
