/// Transposed convolution whose windows do not overlap (kernel = stride, no padding): each kernelPosition is a 1x1 convolution
/// whose outputs are `stride` pixels apart.
public struct TransposedConvolution: Sendable {
  let inHeight, inWidth, inChannels, outChannels, kernelHeight, kernelWidth: Int
  let panels: Panels
  private let loops: any InnerLoops.Type

  /// An input of the given extent; every pixel becomes `kernel` pixels of `outChannels`.
  public init(
    input: (height: Int, width: Int, channels: Int), outChannels: Int, kernel: (height: Int, width: Int),
    _ set: InstructionSet = .chosen
  ) {
    (inHeight, inWidth, inChannels) = input
    (kernelHeight, kernelWidth) = kernel
    self.outChannels = outChannels
    loops = set.loops
    panels = Panels(columns: outChannels, depth: inChannels, loops)
  }

  /// Floats of packed weights and biases.
  public var packedFloats: Int { kernelHeight * kernelWidth * panels.floats + panels.paddedColumns }

  /// Packs `weight` (in, out, height, width) kernelPosition by kernelPosition, then `bias`.
  public func pack(_ weight: UnsafePointer<Float>, _ bias: UnsafePointer<Float>?, _ target: UnsafeMutablePointer<Float>)
  {
    let kernelPositions = kernelHeight * kernelWidth
    for kernelPosition in 0..<kernelPositions {
      panels.pack(into: target + kernelPosition * panels.floats) { row, column in
        weight[(row * outChannels + column) * kernelPositions + kernelPosition]
      }
    }
    let biases = target + kernelPositions * panels.floats
    for column in 0..<panels.paddedColumns { biases[column] = column < outChannels ? bias?[column] ?? 0 : 0 }
  }

  /// Does the output rows that row `row` of the input becomes; `input` is that row, `output` the first of those.
  public func run(
    _ input: UnsafePointer<Float>, packed: UnsafePointer<Float>, _ function: ActivationFunction,
    _ output: UnsafeMutablePointer<Float>
  ) {
    withUnsafeTemporaryAllocation(of: UnsafePointer<Float>.self, capacity: inWidth) { pixels in
      for x in 0..<inWidth { pixels[x] = input + x * inChannels }
      for kernelPosition in 0..<kernelHeight * kernelWidth {
        run(kernelPosition, pixels.baseAddress!, packed, function, output)
      }
    }
  }

  private func run(
    _ kernelPosition: Int, _ pixels: UnsafePointer<UnsafePointer<Float>>, _ packed: UnsafePointer<Float>,
    _ function: ActivationFunction, _ output: UnsafeMutablePointer<Float>
  ) {
    let split = TileSplit(rows: inWidth, limit: loops.tileRows)
    let corner =
      output + (kernelPosition / kernelWidth * inWidth * kernelWidth + kernelPosition % kernelWidth) * outChannels
    let biases = packed + kernelHeight * kernelWidth * panels.floats
    for panel in 0..<panels.count {
      let column = panel * panels.wholeWidth
      let product = TileProduct(
        split, width: panels.width(panel), kernelPositions: 1, depth: inChannels, pixels,
        packed + kernelPosition * panels.floats + panels.offset(panel))
      loops.multiply(
        product,
        TileTarget(
          base: corner + column, stride: kernelWidth * outChannels, columns: panels.used(panel), bias: biases + column,
          function: function))
    }
  }
}
