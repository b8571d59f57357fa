import Kernels
import TestSupport
import Testing

@testable import Networks

/// One operation at one size, with what a fast form must keep to: max|a - b| over max|b|.
private struct Case: CustomTestStringConvertible, Sendable {
  var operation: any Operation
  var inputs: [Shape]
  var testDescription: String { "\(type(of: operation).name) \(inputs) \(operation)" }
}

/// How far a fast form may be from the definition, by operation: sums of products differ in the order of additions.
private let tolerances: [String: Float] = [
  Conv2d.name: 3e-5, ConvTranspose2d.name: 3e-6, Linear.name: 3e-6, BatchNorm2d.name: 2e-6, Affine.name: 1e-6,
  AvgPool2d.name: 1e-6, AdaptiveAvgPool2d.name: 1e-6, MaxPool2d.name: 0, AdaptiveMaxPool2d.name: 0,
  ChannelMean.name: 2e-6, ChannelMax.name: 0, Softmax.name: 1e-6, Upsample.name: 1e-6, Add.name: 1e-6,
  Multiply.name: 1e-6, ReLU.name: 0, SiLU.name: 1e-6, Sigmoid.name: 1e-6, Concat.name: 0, Slice.name: 0,
  ZeroPad2d.name: 0, Flatten.name: 0, ELU.name: 1e-6, LeakyReLU.name: 0, PReLU.name: 0, GELU.name: 2e-6,
  Tanh.name: 1e-6, Erf.name: 1e-6, Exponential.name: 1e-6, Softplus.name: 1e-6, Absolute.name: 0, Clamp.name: 0,
  Power.name: 1e-6, GroupNorm.name: 2e-6, LayerNorm.name: 5e-6, Expand.name: 0, Select.name: 0, Permute.name: 0,
]

private func shape(_ h: Int, _ w: Int, _ c: Int) -> Shape { Shape(height: h, width: w, channels: c) }
private func value(_ shape: Shape) -> Value { Value(node: 0, shape: shape) }

private func convolution(
  _ h: Int, _ w: Int, _ input: Int, _ output: Int, kernel: Extent = 3, stride: Extent = 1, padding: Extent = 1,
  dilation: Extent = 1, groups: Int = 1, bias: Bool = true
) -> Case {
  let x = shape(h, w, input)
  return Case(
    operation: Conv2d(
      value(x), out: output, kernel: kernel, stride: stride, padding: padding, dilation: dilation, groups: groups,
      bias: bias), inputs: [x])
}

private let convolutions: [Case] =
  // Channels around the vector and the register tile, with 3x3 positions (Winograd where it pays).
  [1, 3, 7, 8, 9, 13, 16, 17, 24, 33].flatMap { c in
    [convolution(7, 6, c, 16), convolution(13, 11, 16, c), convolution(9, 14, c, c)]
  }
  // Images around the Winograd tiles and the six rows of a register tile, and paddings.
  + [1, 2, 3, 4, 5, 6, 7, 8, 12, 13].map { convolution($0, $0 + 1, 32, 32) }
  + [0, 2, 3].flatMap { p in
    [convolution(8, 9, 24, 24, padding: Extent(p, 1)), convolution(10, 9, 40, 8, padding: Extent(1, p))]
  }
  // Strides, kernels, dilations, groups.
  + [
    convolution(15, 17, 3, 24, kernel: 7, stride: 2, padding: 3), convolution(11, 11, 1, 8, kernel: 5, padding: 2),
    convolution(9, 9, 16, 16, stride: 2), convolution(10, 7, 17, 9, stride: Extent(2, 1)),
    convolution(12, 9, 16, 24, kernel: Extent(1, 7), padding: Extent(0, 3)),
    convolution(12, 9, 16, 24, kernel: Extent(7, 1), padding: Extent(3, 0)),
    convolution(9, 9, 8, 8, kernel: 2, padding: 0), convolution(11, 9, 8, 16, dilation: 2, bias: false),
    convolution(14, 14, 16, 16, padding: 4, dilation: 4), convolution(9, 8, 12, 24, groups: 4),
    convolution(9, 8, 64, 32, kernel: 1, padding: 0), convolution(9, 8, 20, 17, kernel: 1, stride: 2, padding: 0),
    convolution(6, 6, 48, 48, kernel: 1, padding: 0, groups: 3),
    convolution(20, 20, 3, 7, kernel: 11, stride: 4, padding: 2),
    convolution(5, 5, 512, 32), convolution(4, 4, 256, 256), convolution(28, 28, 64, 64), convolution(14, 14, 128, 160),
  ]
  // Depthwise.
  + [1, 7, 8, 9, 24].filter { $0 > 1 }.flatMap { c in
    [
      convolution(9, 10, c, c, groups: c), convolution(9, 10, c, c, stride: 2, groups: c),
      convolution(11, 12, c, c, kernel: 5, padding: 2, dilation: 2, groups: c),
    ]
  }

private let others: [Case] = [1, 7, 8, 9, 13, 16, 17, 24].flatMap { c -> [Case] in
  let x = shape(7, 9, c)
  let one = Shape(vector: c)
  return [
    Case(operation: MaxPool2d(3, stride: 2, padding: 1), inputs: [x]), Case(operation: MaxPool2d(2), inputs: [x]),
    Case(operation: MaxPool2d(3, stride: 2, ceilMode: true), inputs: [x]),
    Case(operation: AvgPool2d(3, stride: 1, padding: 1), inputs: [x]),
    Case(operation: AvgPool2d(3, stride: 2, padding: 1, ceilMode: true, countIncludePad: false), inputs: [x]),
    Case(operation: AdaptiveAvgPool2d(), inputs: [x]), Case(operation: AdaptiveAvgPool2d(Extent(3, 4)), inputs: [x]),
    Case(operation: AdaptiveMaxPool2d(), inputs: [x]), Case(operation: AdaptiveMaxPool2d(Extent(3, 4)), inputs: [x]),
    Case(operation: BatchNorm2d(value(x)), inputs: [x]), Case(operation: Affine(scale: 2, shift: -1), inputs: [x]),
    Case(operation: ChannelMean(), inputs: [x]), Case(operation: ChannelMax(), inputs: [x]),
    Case(operation: Softmax(), inputs: [x]),
    Case(operation: Upsample(to: Extent(13, 18), alignCorners: true), inputs: [x]),
    Case(operation: Upsample(to: Extent(14, 5), alignCorners: false), inputs: [x]),
    Case(operation: ReLU(), inputs: [x]), Case(operation: SiLU(), inputs: [x]), Case(operation: Sigmoid(), inputs: [x]),
    Case(operation: Add(), inputs: [x, x]), Case(operation: Add(), inputs: [shape(7, 9, 1), x]),
    Case(operation: Multiply(), inputs: [x, one]), Case(operation: Multiply(), inputs: [one, x]),
    Case(operation: Multiply(), inputs: [x, shape(7, 9, 1)]), Case(operation: Multiply(), inputs: [shape(7, 1, c), x]),
    Case(operation: Multiply(), inputs: [one, shape(7, 9, 1)]),
    Case(operation: Concat(), inputs: [x, shape(7, 9, 5), x]), Case(operation: Flatten(), inputs: [x]),
    Case(operation: Slice(rows: 1..<5, columns: 2..<9, channels: c / 2..<c), inputs: [x]),
    Case(operation: ZeroPad2d(top: 1, bottom: 0, left: 2, right: 1), inputs: [x]),
    Case(operation: Linear(value(one), out: 7), inputs: [one]),
    Case(operation: Linear(value(one), out: 33, bias: false), inputs: [one]),
    Case(operation: ELU(alpha: 0.7), inputs: [x]), Case(operation: LeakyReLU(slope: 0.2), inputs: [x]),
    Case(operation: PReLU(slopes: c), inputs: [x]), Case(operation: PReLU(), inputs: [x]),
    Case(operation: GELU(), inputs: [x]), Case(operation: GELU(approximate: true), inputs: [x]),
    Case(operation: Tanh(), inputs: [x]), Case(operation: Erf(), inputs: [x]),
    Case(operation: Exponential(), inputs: [x]), Case(operation: Softplus(), inputs: [x]),
    Case(operation: Absolute(), inputs: [x]), Case(operation: Clamp(-0.3, 0.5), inputs: [x]),
    Case(operation: Clamp(nil, 0.1), inputs: [x]), Case(operation: Power(2), inputs: [x]),
    Case(operation: Power(-1), inputs: [x]), Case(operation: Power(3), inputs: [x]),
    Case(operation: GroupNorm(value(x), groups: 1), inputs: [x]),
    Case(operation: GroupNorm(value(x), groups: c), inputs: [x]),
    Case(operation: LayerNorm(value(x), eps: 0.1), inputs: [x]),
    Case(operation: Expand(to: shape(7, 9, c)), inputs: [shape(7, 9, 1)]),
    Case(operation: Expand(to: shape(7, 9, c)), inputs: [one]),
    Case(operation: Select(rows: [6, 0, 0], channels: [c - 1, 0]), inputs: [x]),
    Case(operation: Select(columns: [1, 8, 3]), inputs: [x]),
    Case(operation: Permute([7, 9, c], order: [1, 2, 0], output: shape(9, c, 7)), inputs: [x]),
    Case(operation: Permute([7, 3, 3, c], order: [2, 0, 1, 3], output: shape(3, 21, c)), inputs: [x]),
    Case(operation: ConvTranspose2d(value(x), out: c + 1, kernel: 2, stride: 2), inputs: [x]),
    Case(operation: ConvTranspose2d(value(x), out: 5, kernel: 3, stride: 2, padding: 1), inputs: [x]),
  ]
}

/// Runs a kernel as the executor does. Every buffer is poisoned first: what is read before it is written shows.
private func run(_ kernel: any LayerKernel, _ request: KernelRequest, _ inputs: [[Float]], batch: Int) -> [Float] {
  let buffers = inputs.map { Tensor(shape: [$0.count], $0) }
  var output = [Float](repeating: .nan, count: batch * request.output.count)
  let scratch = [Float](repeating: .nan, count: kernel.scratch + 16)
  let shared = [Float](repeating: .nan, count: kernel.shared + 16)
  let table = buffers.map { UnsafePointer($0.elements.baseAddress!) }
  output.withUnsafeMutableBufferPointer { y in
    scratch.withUnsafeBufferPointer { scratch in
      shared.withUnsafeBufferPointer { shared in
        table.withUnsafeBufferPointer { table in
          let call = LayerCall(
            batch: batch, inputs: table.baseAddress!, output: y.baseAddress!,
            scratch: .init(mutating: scratch.baseAddress!), shared: .init(mutating: shared.baseAddress!))
          for phase in 0..<kernel.phases(batch: batch) {
            for part in (0..<kernel.parts(phase: phase, batch: batch)).reversed() {
              kernel.run(phase: phase, part: part, call)
            }
          }
        }
      }
    }
  }
  withExtendedLifetime(buffers) {}
  return output
}

@Suite struct KernelTests {
  private func check(
    _ test: Case, batch: Int, _ fusion: Fusion = Fusion(), kernel: ((KernelRequest) -> any LayerKernel)? = nil,
    tolerance: Float? = nil
  ) throws {
    let output = try test.operation.outputShape(test.inputs)
    var inputs = test.inputs.enumerated().map { noise(batch * $1.count, seed: $0 + 1) }
    let parameters = test.operation.parameters.enumerated().map { index, spec -> Tensor in
      let count = spec.shape.reduce(1, *)
      // Sums of ordinary size, so that activation functions bend them.
      let fanIn = spec.shape.count > 1 ? Float(count / spec.shape[0]) : 1
      let values = noise(count, seed: 50 + index, scale: (3 / max(fanIn, 3)).squareRoot())
      return Tensor(shape: spec.shape, values.map { spec.name == "running_var" ? $0 + 1.5 : $0 })
    }
    let request = KernelRequest(
      inputs: test.inputs, output: output, parameters: parameters, batch: batch, fusion: fusion)
    if fusion.addsResidual { inputs.append(noise(batch * output.count, seed: 99)) }
    let expected = run(ReferenceKernel(operation: test.operation, request: request), request, inputs, batch: batch)
    let limit = tolerance ?? tolerances[type(of: test.operation).name]!
    var first: [Float]?
    for instructions in InstructionSet.usable {
      var request = request
      request.instructions = instructions
      let fast = kernel?(request) ?? test.operation.kernel(request)
      let found = run(fast, request, inputs, batch: batch)
      let error = relativeError(found, expected)
      #expect(error <= limit, "\(fast.name) \(test.testDescription), \(instructions.name): \(error)")
      #expect(found == first ?? found, "\(fast.name) \(test.testDescription): \(instructions.name) differs")
      first = found
    }
  }

  @Test func convolutionsEqualTheDefinition() throws {
    for test in convolutions {
      for batch in [1, 3] { try check(test, batch: batch) }
    }
  }

  @Test(arguments: ActivationFunction.allCases) func convolutionsFuse(function: ActivationFunction) throws {
    var fusion = Fusion()
    fusion.function = function
    fusion.addsResidual = true
    for test in convolutions { try check(test, batch: 2, fusion) }
  }

  /// The choice of a kernel must not hide one from the tests.
  @Test(arguments: [2, 4, 6]) func everyWinogradTileEqualsTheDefinition(tile: Int) throws {
    for test in convolutions {
      let operation = test.operation as! Conv2d
      let sizes = operation.sizes(test.inputs[0], try operation.outputShape(test.inputs))
      guard WinogradConvolution.fits(sizes) else { continue }
      for batch in [1, 4] {
        try check(
          test, batch: batch, kernel: { WinogradKernel(sizes, tile: tile, $0, refused: []) },
          tolerance: tile == 6 ? 5e-5 : 2e-5)
      }
    }
  }

  @Test func directKernelsEqualTheDefinition() throws {
    for test in convolutions {
      let operation = test.operation as! Conv2d
      let sizes = operation.sizes(test.inputs[0], try operation.outputShape(test.inputs))
      try check(test, batch: 2, kernel: { IndirectKernel("direct", sizes, $0) }, tolerance: 3e-6)
      guard operation.groups == 1, operation.dilation == 1 else { continue }
      try check(test, batch: 2, kernel: { PaddedKernel(sizes, $0, refused: []) }, tolerance: 3e-6)
    }
  }

  @Test func otherOperationsEqualTheDefinition() throws {
    for test in others {
      for batch in [1, 3] { try check(test, batch: batch) }
      guard test.operation.fusions.contains(.activation) else { continue }
      for function in ActivationFunction.allCases {
        var fusion = Fusion()
        fusion.function = function
        try check(test, batch: 2, fusion)
      }
    }
  }

  /// Operations that say so give the same where the output is the input.
  @Test func elementwiseOperationsWorkInPlace() {
    for count in [1, 7, 8, 9, 13, 16, 17, 24] {
      for function in ActivationFunction.allCases {
        let x = noise(count, seed: count, scale: 4)
        let (apart, place) = (FloatAllocation(count: count), FloatAllocation(count: count))
        _ = place.elements.update(fromContentsOf: x)
        x.withUnsafeBufferPointer { apply(function, $0.baseAddress!, apart.elements.baseAddress!, count: count) }
        apply(function, place.elements.baseAddress!, place.elements.baseAddress!, count: count)
        #expect(Array(apart.elements) == Array(place.elements))
      }
    }
  }

  @Test func tolerancesCoverTheTable() {
    let exempt = [Dropout.name, LocalResponseNorm.name]
    for name in operationTable.map({ $0.name }) where !exempt.contains(name) {
      #expect(tolerances[name] != nil, "\(name)")
    }
  }
}
