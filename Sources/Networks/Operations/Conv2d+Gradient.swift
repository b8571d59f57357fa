import Kernels

extension Conv2d: Differentiable {
  public static var backwardReads: BackwardReads { .inputs }

  public func trainingForward(_ io: TrainingIO) {
    if let winograd = WinogradTraining(self, io.inputs[0].shape) {
      winograd.forward(io)
    } else {
      PatchConvolution(self, io.inputs[0].shape, io.outputShape).forward(io)
    }
    if hasBias { addBias(io) }
  }

  public func backward(_ io: TrainingIO) {
    if hasBias, let gradient = io.parameterGradients[1] { addPixelSums(io, outChannels, gradient) }
    if let winograd = WinogradTraining(self, io.inputs[0].shape) {
      winograd.backward(io)
    } else {
      PatchConvolution(self, io.inputs[0].shape, io.outputShape).backward(io)
    }
  }

  private func addBias(_ io: TrainingIO) {
    let bias = io.parameters[1].elements
    io.team.run(over: io.batch * io.outputShape.pixels, parts: 64) { _, range, _ in
      for pixel in range {
        let y = io.output + pixel * outChannels
        for c in 0..<outChannels { y[c] += bias[c] }
      }
    }
  }
}

/// Adds the sum of the output's gradient over all pixels to a gradient by bias.
func addPixelSums(_ io: TrainingIO, _ channels: Int, _ gradient: UnsafeMutablePointer<Float>) {
  var sums = [Double](repeating: 0, count: 16 * channels)
  sums.withUnsafeMutableBufferPointer { sums in
    nonisolated(unsafe) let sums = sums.baseAddress!
    io.team.run(over: io.batch * io.outputShape.pixels, parts: 16) { part, range, _ in
      let own = sums + part * channels
      for pixel in range {
        let dy = io.outputGradient + pixel * channels
        for c in 0..<channels { own[c] += Double(dy[c]) }
      }
    }
  }
  for c in 0..<channels { gradient[c] += Float((0..<16).reduce(0) { $0 + sums[$1 * channels + c] }) }
}

/// 3x3 convolution in training by Winograd's F(4x4, 3x3): forward, gradient by data (the same with turned weights) and
/// gradient by weights (products of transformed inputs and output gradients, summed over tiles).
struct WinogradTraining {
  private let tiles: WinogradTiles
  private let inputs: Int
  private let outputs: Int

  /// Nil where the convolution is of another kind, or too much of the tiles would lie outside the image.
  init?(_ convolution: Conv2d, _ input: Shape) {
    guard convolution.kernel == 3, convolution.stride == 1, convolution.dilation == 1, convolution.groups == 1,
      convolution.padding.height == convolution.padding.width, convolution.padding.height <= 2,
      convolution.inChannels % 8 == 0, convolution.outChannels % 8 == 0
    else { return nil }
    (inputs, outputs) = (convolution.inChannels, convolution.outChannels)
    tiles = WinogradTiles(height: input.height, width: input.width, padding: convolution.padding.height)
    guard 2 * tiles.outHeight * tiles.outWidth >= tiles.perImage * 16 else { return nil }
  }

  func forward(_ io: TrainingIO) {
    convolve(
      io, tiles, io.inputs[0].base, inputs, io.output, outputs, flipped: false, accumulate: false)
  }

  func backward(_ io: TrainingIO) {
    if let gradient = io.parameterGradients[0] { addWeightGradient(io, gradient) }
    guard let target = io.inputGradients[0] else { return }
    let back = WinogradTiles(height: tiles.outHeight, width: tiles.outWidth, padding: 2 - tiles.padding)
    convolve(
      io, back, io.outputGradient, outputs, target.base, inputs, flipped: true, accumulate: target.accumulates)
  }

  /// Tiles that are transformed together, so that their planes stay in a core's cache.
  private func block(_ channels: Int, most: Int) -> Int { min(max(100_000 / (36 * channels) / 6 * 6, 12), most) }

  private func convolve(
    _ io: TrainingIO, _ tiles: WinogradTiles, _ source: UnsafePointer<Float>, _ from: Int,
    _ target: UnsafeMutablePointer<Float>, _ to: Int, flipped: Bool, accumulate: Bool
  ) {
    let block = block(from + to, most: 48)
    let (inPlane, outPlane) = (block * from + 16, block * to + 16)
    let panel = GemmPanels.count(depth: from, columns: to)
    io.team.reserve(scratch: 36 * (inPlane + outPlane + from + 8), shared: 36 * panel)
    let weights = io.parameters[0].elements.baseAddress!
    io.team.run(over: from, parts: 16) { _, rows, _ in
      winogradWeights(weights, outputs: outputs, inputs: inputs, flipped: flipped, rows: rows, io.team.shared)
    }
    let total = io.batch * tiles.perImage
    io.team.run((total + block - 1) / block) { part, worker in
      let range = part * block..<min((part + 1) * block, total)
      let planes = io.team.scratch(worker)
      let (products, patch) = (planes + 36 * inPlane, planes + 36 * (inPlane + outPlane))
      winogradInput(tiles, tiles: range, channels: from, source, planes, plane: inPlane, patch: patch)
      for point in 0..<36 {
        multiplyPanels(
          rows: range.count, columns: to, depth: from,
          Factor(planes + point * inPlane, rowStep: from, depthStep: 1), io.team.shared + point * panel,
          products + point * outPlane, ldc: to, accumulate: false)
      }
      winogradOutput(
        tiles, tiles: range, channels: to, products, plane: outPlane, target, accumulate: accumulate, patch: patch)
    }
  }

  /// Parts of a batch whose sums are added in order: few, since each holds all transformed weights.
  private static let parts = 4

  private func addWeightGradient(_ io: TrainingIO, _ gradient: UnsafeMutablePointer<Float>) {
    let block = block(inputs + outputs, most: 48)
    let (inPlane, outPlane) = (block * inputs + 16, GemmPanels.count(depth: block, columns: outputs) + 16)
    let size = 36 * inputs * outputs
    io.team.reserve(scratch: 36 * (inPlane + outPlane + max(inputs, outputs) + 8), shared: Self.parts * size)
    let total = io.batch * tiles.perImage
    let parts = min(Self.parts, total)
    io.team.run(over: total, parts: parts) { part, range, worker in
      let sums = io.team.shared + part * size
      sums.update(repeating: 0, count: size)
      let planes = io.team.scratch(worker)
      let (turned, patch) = (planes + 36 * inPlane, planes + 36 * (inPlane + outPlane))
      for start in stride(from: range.lowerBound, to: range.upperBound, by: block) {
        let some = start..<min(start + block, range.upperBound)
        winogradInput(
          tiles, tiles: some, channels: inputs, io.inputs[0].base, planes, plane: inPlane, patch: patch)
        winogradGradient(
          tiles, tiles: some, channels: outputs, io.outputGradient, turned, plane: outPlane, patch: patch)
        for point in 0..<36 {
          multiplyPanels(
            rows: inputs, columns: outputs, depth: some.count,
            Factor(planes + point * inPlane, rowStep: 1, depthStep: inputs), turned + point * outPlane,
            sums + point * inputs * outputs, ldc: outputs, accumulate: true)
        }
      }
    }
    io.team.run(over: inputs, parts: 16) { _, rows, _ in
      winogradWeightGradient(
        io.team.shared, blocks: parts, block: size, outputs: outputs, inputs: inputs, rows: rows, gradient)
    }
  }
}
