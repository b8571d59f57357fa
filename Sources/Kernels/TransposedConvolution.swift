/// Transposed convolution whose windows do not overlap (kernel = stride, no padding): each tap is a 1x1 convolution
/// whose outputs are `stride` pixels apart.
public struct TransposedConvolution: Sendable {
  let inHeight, inWidth, inChannels, outChannels, kernelHeight, kernelWidth: Int
  let panels: Panels

  /// An input of the given extent; every pixel becomes `kernel` pixels of `outChannels`.
  public init(
    input: (height: Int, width: Int, channels: Int), outChannels: Int, kernel: (height: Int, width: Int)
  ) {
    (inHeight, inWidth, inChannels) = input
    (kernelHeight, kernelWidth) = kernel
    self.outChannels = outChannels
    panels = Panels(columns: outChannels, depth: inChannels)
  }

  /// Floats of packed weights and biases.
  public var packedFloats: Int { kernelHeight * kernelWidth * panels.floats + panels.paddedColumns }

  /// Packs `weight` (in, out, height, width) tap by tap, then `bias`.
  public func pack(_ weight: UnsafePointer<Float>, _ bias: UnsafePointer<Float>?, _ target: UnsafeMutablePointer<Float>)
  {
    let taps = kernelHeight * kernelWidth
    for tap in 0..<taps {
      panels.pack(into: target + tap * panels.floats) { row, column in
        weight[(row * outChannels + column) * taps + tap]
      }
    }
    let biases = target + taps * panels.floats
    for column in 0..<panels.paddedColumns { biases[column] = column < outChannels ? bias?[column] ?? 0 : 0 }
  }

  /// Does the output rows that row `row` of the input becomes; `input` is that row, `output` the first of those.
  public func run(
    _ input: UnsafePointer<Float>, packed: UnsafePointer<Float>, _ function: ActivationFunction,
    _ output: UnsafeMutablePointer<Float>
  ) {
    let taps = kernelHeight * kernelWidth
    let step = kernelWidth * outChannels
    for tap in 0..<taps {
      let corner = output + (tap / kernelWidth * inWidth * kernelWidth + tap % kernelWidth) * outChannels
      for panel in 0..<panels.count {
        let target = TileTarget(
          base: corner + panel * 16, stride: step, columns: min(16, outChannels - panel * 16),
          bias: packed + taps * panels.floats + panel * 16, function: function)
        multiply(input, packed + tap * panels.floats + panels.offset(panel), panel, target)
      }
    }
  }

  private func multiply(
    _ input: UnsafePointer<Float>, _ weights: UnsafePointer<Float>, _ panel: Int, _ target: TileTarget
  ) {
    withUnsafeTemporaryAllocation(of: UnsafePointer<Float>.self, capacity: tileRows) { pointers in
      for first in stride(from: 0, to: inWidth, by: tileRows) {
        let rows = min(tileRows, inWidth - first)
        for row in 0..<rows { pointers[row] = input + (first + row) * inChannels }
        var target = target
        target.base += first * target.stride
        computeTile(
          rows: rows, vectors: panels.vectors(panel), taps: 1, depth: inChannels, pointers.baseAddress!, weights,
          target)
      }
    }
  }
}
