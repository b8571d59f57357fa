import Kernels

/// What the convolution kernels have in common: their packed parameters and what follows the sums.
struct ConvolutionEnd: Sendable {
  let packed: FloatAllocation
  let function: ActivationFunction
  let addsResidual: Bool
  let refused: [RejectedKernel]

  init(
    _ request: KernelRequest, kernel: String, floats: Int, refused: [RejectedKernel],
    _ pack: (UnsafePointer<Float>, UnsafePointer<Float>?, UnsafeMutablePointer<Float>) -> Void
  ) {
    function = request.fusion.function
    addsResidual = request.fusion.addsResidual
    self.refused = refused
    let bias = request.parameters.count > 1 ? UnsafePointer(request.parameters[1].elements.baseAddress!) : nil
    packed = request.packed.parameters(
      node: request.node, kernel: kernel, request.instructions, floats: floats
    ) {
      pack(UnsafePointer(request.parameters[0].elements.baseAddress!), bias, $0)
    }
  }

  var weights: UnsafePointer<Float> { UnsafePointer(packed.elements.baseAddress!) }
  func residual(_ call: LayerCall) -> UnsafePointer<Float>? { addsResidual ? call.inputs[1] : nil }
}

/// Matrix product through pointers to pixels: any convolution, linear layers too.
struct IndirectKernel: LayerKernel {
  let name: String
  let end: ConvolutionEnd
  let plan: IndirectConvolution
  var refused: [RejectedKernel] { end.refused }
  var scratch: Int { plan.scratchFloats }

  init(_ name: String, _ shape: ConvolutionShape, _ request: KernelRequest, refused: [RejectedKernel] = []) {
    self.name = name
    let plan = IndirectConvolution(shape, request.instructions)
    self.plan = plan
    end = ConvolutionEnd(request, kernel: name, floats: plan.packedFloats, refused: refused, plan.pack)
  }

  func parts(phase: Int, batch: Int) -> Int { plan.parts(batch: batch) }

  func run(phase: Int, part: Int, _ call: LayerCall) {
    plan.run(
      part: part, batch: call.batch, call.inputs[0], packed: end.weights, residual: end.residual(call), end.function,
      call.output, scratch: call.scratch)
  }
}

/// For inputs of few channels: a copy with zeros around it makes the kernelPositions of a row one run of memory.
struct PaddedKernel: LayerKernel {
  let name = "direct-padded"
  let end: ConvolutionEnd
  let plan: IndirectConvolution
  private let shape: ConvolutionShape
  private static let rowsPerPart = 16
  var refused: [RejectedKernel] { end.refused }
  var scratch: Int { plan.scratchFloats }
  let shared: Int

  init(_ shape: ConvolutionShape, _ request: KernelRequest, refused: [RejectedKernel]) {
    self.shape = shape
    var inner = shape
    inner.inHeight += 2 * shape.paddingHeight
    inner.inWidth += 2 * shape.paddingWidth
    (inner.paddingHeight, inner.paddingWidth) = (0, 0)
    let plan = IndirectConvolution(inner, request.instructions)
    self.plan = plan
    shared = request.batch * inner.inFloats
    end = ConvolutionEnd(request, kernel: name, floats: plan.packedFloats, refused: refused, plan.pack)
  }

  func phases(batch: Int) -> Int { 2 }

  func parts(phase: Int, batch: Int) -> Int {
    phase == 1 ? plan.parts(batch: batch) : (batch * plan.shape.inHeight + Self.rowsPerPart - 1) / Self.rowsPerPart
  }

  func run(phase: Int, part: Int, _ call: LayerCall) {
    if phase == 0 { return pad(part, call) }
    plan.run(
      part: part, batch: call.batch, call.shared, packed: end.weights, residual: end.residual(call), end.function,
      call.output, scratch: call.scratch)
  }

  private func pad(_ part: Int, _ call: LayerCall) {
    let height = plan.shape.inHeight
    let first = part * Self.rowsPerPart
    for row in first..<min(first + Self.rowsPerPart, call.batch * height) {
      copyPadded(
        row: row % height, call.inputs[0] + row / height * shape.inFloats, height: shape.inHeight,
        width: shape.inWidth, channels: shape.inChannels, padding: (shape.paddingHeight, shape.paddingWidth),
        call.shared + row * plan.shape.inWidth * shape.inChannels)
    }
  }
}

/// Winograd's minimal filtering for 3x3 kernelPositions and stride 1.
struct WinogradKernel: LayerKernel {
  let name: String
  let end: ConvolutionEnd
  let plan: WinogradConvolution
  var refused: [RejectedKernel] { end.refused }
  var scratch: Int { plan.scratchFloats }
  var shared: Int { plan.sharedFloats }

  init(_ shape: ConvolutionShape, tile: Int, _ request: KernelRequest, refused: [RejectedKernel]) {
    name = "winograd-\(tile)x\(tile)"
    let plan = WinogradConvolution(shape, tile: tile, batch: request.batch, request.instructions)
    self.plan = plan
    end = ConvolutionEnd(request, kernel: name, floats: plan.packedFloats, refused: refused, plan.pack)
  }

  func phases(batch: Int) -> Int { plan.phases(batch: batch) }
  func parts(phase: Int, batch: Int) -> Int { plan.parts(phase: phase, batch: batch) }

  func run(phase: Int, part: Int, _ call: LayerCall) {
    plan.run(
      phase: phase, part: part, batch: call.batch, call.inputs[0], packed: end.weights, residual: end.residual(call),
      end.function, call.output, scratch: call.scratch, shared: call.shared)
  }
}

/// Channels that see only themselves.
struct DepthwiseKernel: LayerKernel {
  let name = "depthwise"
  let end: ConvolutionEnd
  let plan: DepthwiseConvolution
  private let rowsPerPart: Int
  var refused: [RejectedKernel] { end.refused }

  init(_ shape: ConvolutionShape, _ request: KernelRequest, refused: [RejectedKernel]) {
    let plan = DepthwiseConvolution(shape, request.instructions)
    self.plan = plan
    rowsPerPart = max(1, 8192 / (shape.outWidth * shape.outChannels))
    end = ConvolutionEnd(request, kernel: name, floats: plan.packedFloats, refused: refused, plan.pack)
  }

  func parts(phase: Int, batch: Int) -> Int { (batch * plan.shape.outHeight + rowsPerPart - 1) / rowsPerPart }

  func run(phase: Int, part: Int, _ call: LayerCall) {
    let shape = plan.shape
    let first = part * rowsPerPart
    for row in first..<min(first + rowsPerPart, call.batch * shape.outHeight) {
      let at = row * shape.outWidth * shape.outChannels
      plan.run(
        row: row % shape.outHeight, call.inputs[0] + row / shape.outHeight * shape.inFloats, packed: end.weights,
        residual: end.residual(call).map { $0 + at }, end.function, call.output + at)
    }
  }
}
