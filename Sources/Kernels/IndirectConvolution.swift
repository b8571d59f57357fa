/// Convolution of any stride, padding, dilation and number of groups as a matrix product that reads its input through
/// pointers to pixels, one for each output pixel and tap, a row of zeros where the tap falls outside (the indirect
/// convolution of Dukhan, 2019). Nothing is copied. A 1x1 convolution and a linear layer are cases of it.
///
/// Work comes in parts (output rows x panels of output channels) that may run on any thread.
public struct IndirectConvolution: Sendable {
  /// The sizes.
  public let shape: ConvolutionShape
  /// The packed weights of one group: `taps * groupIn` rows.
  public let panels: Panels
  /// Taps that lie side by side in memory are read as one: so many channels deep.
  private let merged: Int
  private let rowsPerPart: Int
  private let panelsPerPart: Int

  /// Plans the blocks: a part's weights take at most half of a 512 KB second-level cache where they can.
  public init(_ shape: ConvolutionShape) {
    self.shape = shape
    panels = Panels(columns: shape.groupOut, depth: shape.taps * shape.groupIn)
    let sideBySide = shape.paddingWidth == 0 && shape.dilationWidth == 1 && shape.groups == 1
    merged = sideBySide ? shape.kernelWidth : 1
    panelsPerPart = max(1, min(panels.count, 4096 / panels.depth))
    rowsPerPart = panels.depth >= 2048 ? 96 : 48
  }

  /// Floats of packed weights, biases and the row of zeros.
  public var packedFloats: Int { (panels.floats + panels.paddedColumns) * shape.groups + shape.groupIn * merged }
  /// Floats of scratch of a part: its pointers.
  public var scratchFloats: Int { rowsPerPart * shape.taps * 2 + 2 }
  /// Parts for `batch` images.
  public func parts(batch: Int) -> Int { shape.groups * panelBlocks * rowBlocks(batch) }

  private var panelBlocks: Int { (panels.count + panelsPerPart - 1) / panelsPerPart }
  private func rowBlocks(_ batch: Int) -> Int { (batch * shape.outPixels + rowsPerPart - 1) / rowsPerPart }

  /// Packs `weight` (PyTorch's order: out, in / groups, height, width) and `bias`, then a row of zeros.
  public func pack(_ weight: UnsafePointer<Float>, _ bias: UnsafePointer<Float>?, _ target: UnsafeMutablePointer<Float>)
  {
    let (depth, taps) = (shape.groupIn, shape.taps)
    for group in 0..<shape.groups {
      let first = group * shape.groupOut
      panels.pack(into: target + group * panels.floats) { row, column in
        weight[((first + column) * depth + row % depth) * taps + row / depth]
      }
      let biases = target + shape.groups * panels.floats + group * panels.paddedColumns
      for column in 0..<panels.paddedColumns {
        biases[column] = column < shape.groupOut ? bias?[first + column] ?? 0 : 0
      }
    }
    let zeros = (panels.floats + panels.paddedColumns) * shape.groups
    (target + zeros).update(repeating: 0, count: depth * merged)
  }

  /// Does one part. `residual` has the output's shape.
  public func run(
    part: Int, batch: Int, _ input: UnsafePointer<Float>, packed: UnsafePointer<Float>,
    residual: UnsafePointer<Float>?, _ function: ActivationFunction, _ output: UnsafeMutablePointer<Float>,
    scratch: UnsafeMutablePointer<Float>
  ) {
    let blocks = rowBlocks(batch)
    let (panelBlock, group) = (part / blocks % panelBlocks, part / blocks / panelBlocks)
    let first = part % blocks * rowsPerPart
    let count = min(rowsPerPart, batch * shape.outPixels - first)
    let pointers = alignedPointers(scratch)
    let zeros = packed + (panels.floats + panels.paddedColumns) * shape.groups
    gather(input + group * shape.groupIn, zeros: zeros, first, count, pointers)
    for panel in panelBlock * panelsPerPart..<min(panels.count, (panelBlock + 1) * panelsPerPart) {
      let column = group * shape.groupOut + panel * 16
      let at = first * shape.outChannels + column
      let bias = packed + shape.groups * panels.floats + group * panels.paddedColumns + panel * 16
      let target = TileTarget(
        base: output + at, stride: shape.outChannels, columns: min(16, shape.groupOut - panel * 16), bias: bias,
        residual: residual.map { $0 + at }, function: function)
      multiply(packed + group * panels.floats, panel, count, pointers, target)
    }
  }

  @inline(__always)
  private func multiply(
    _ weights: UnsafePointer<Float>, _ panel: Int, _ count: Int,
    _ pointers: UnsafePointer<UnsafePointer<Float>>, _ target: TileTarget
  ) {
    let taps = shape.taps / merged
    let tiles = (count + tileRows - 1) / tileRows
    for tile in 0..<tiles {
      let start = tileStart(tile, of: tiles, count)
      var target = target
      target.base += start * target.stride
      if let residual = target.residual { target.residual = residual + start * target.stride }
      computeTile(
        rows: tileStart(tile + 1, of: tiles, count) - start, vectors: panels.vectors(panel), taps: taps,
        depth: shape.groupIn * merged, pointers + start * taps, weights + panels.offset(panel), target)
    }
  }

  /// The addresses that `count` output pixels from `first` on read, tile by tile, tap by tap.
  private func gather(
    _ input: UnsafePointer<Float>, zeros: UnsafePointer<Float>, _ first: Int, _ count: Int,
    _ pointers: UnsafeMutablePointer<UnsafePointer<Float>>
  ) {
    let taps = shape.taps / merged
    let tiles = (count + tileRows - 1) / tileRows
    for tile in 0..<tiles {
      let (start, end) = (tileStart(tile, of: tiles, count), tileStart(tile + 1, of: tiles, count))
      for row in start..<end {
        gather(input, zeros: zeros, pixel: first + row, pointers + start * taps + row - start, step: end - start)
      }
    }
  }

  @inline(__always)
  private func gather(
    _ input: UnsafePointer<Float>, zeros: UnsafePointer<Float>, pixel: Int,
    _ pointers: UnsafeMutablePointer<UnsafePointer<Float>>, step: Int
  ) {
    let (image, inside) = (pixel / shape.outPixels, pixel % shape.outPixels)
    let top = inside / shape.outWidth * shape.strideHeight - shape.paddingHeight
    let left = inside % shape.outWidth * shape.strideWidth - shape.paddingWidth
    let base = input + image * shape.inFloats
    var target = pointers
    for ky in 0..<shape.kernelHeight {
      let y = top + ky * shape.dilationHeight
      for kx in 0..<shape.kernelWidth / merged {
        let x = left + kx * shape.dilationWidth
        let isInside = y >= 0 && y < shape.inHeight && x >= 0 && x < shape.inWidth
        target.pointee = isInside ? base + (y * shape.inWidth + x) * shape.inChannels : zeros
        target += step
      }
    }
  }
}

/// Scratch floats as a table of pointers.
@inline(__always)
func alignedPointers(_ scratch: UnsafeMutablePointer<Float>) -> UnsafeMutablePointer<UnsafePointer<Float>> {
  UnsafeMutableRawPointer(scratch).alignedUp(for: UnsafePointer<Float>.self)
    .assumingMemoryBound(to: UnsafePointer<Float>.self)
}
