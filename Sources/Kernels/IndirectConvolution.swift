/// Convolution of any stride, padding, dilation and number of groups as a matrix product that reads its input through
/// pointers to pixels, one for each output pixel and kernelPosition, a row of zeros where the kernelPosition falls outside (the indirect
/// convolution of Dukhan, 2019). Nothing is copied. A 1x1 convolution and a linear layer are cases of it.
///
/// Work comes in parts (output rows x panels of output channels) that may run on any thread.
public struct IndirectConvolution: Sendable {
  /// The sizes.
  public let shape: ConvolutionShape
  /// The packed weights of one group: `kernelPositions * groupIn` rows.
  public let panels: Panels
  /// KernelPositions that lie side by side in memory are read as one: so many channels deep.
  private let merged: Int
  private let loops: any InnerLoops.Type
  /// Runs of memory in a row of kernelPositions.
  private let kernelPositionsAcross: Int
  private let rowsPerPart: Int
  private let panelsPerPart: Int

  /// Plans the blocks: a part's weights take at most half of a 512 KB second-level cache where they can.
  public init(_ shape: ConvolutionShape, _ set: InstructionSet = .chosen) {
    self.shape = shape
    loops = set.loops
    panels = Panels(columns: shape.groupOut, depth: shape.kernelPositions * shape.groupIn, loops)
    let sideBySide = shape.paddingWidth == 0 && shape.dilationWidth == 1 && shape.groups == 1
    merged = sideBySide ? shape.kernelWidth : 1
    kernelPositionsAcross = shape.kernelWidth / merged
    panelsPerPart = max(1, min(panels.count, 65_536 / (panels.depth * panels.wholeWidth)))
    rowsPerPart = panels.depth >= 2048 ? 96 : 48
  }

  /// Floats of packed weights, biases and the row of zeros.
  public var packedFloats: Int { (panels.floats + panels.paddedColumns) * shape.groups + shape.groupIn * merged }
  /// Floats of scratch of a part: its pointers.
  public var scratchFloats: Int { rowsPerPart * shape.kernelPositions * 2 + 2 }
  /// Parts for `batch` images.
  public func parts(batch: Int) -> Int { shape.groups * panelBlocks * rowBlocks(batch) }

  private var panelBlocks: Int { (panels.count + panelsPerPart - 1) / panelsPerPart }
  private func rowBlocks(_ batch: Int) -> Int { (batch * shape.outPixels + rowsPerPart - 1) / rowsPerPart }

  /// Packs `weight` (PyTorch's order: out, in / groups, height, width) and `bias`, then a row of zeros.
  public func pack(_ weight: UnsafePointer<Float>, _ bias: UnsafePointer<Float>?, _ target: UnsafeMutablePointer<Float>)
  {
    let (depth, kernelPositions) = (shape.groupIn, shape.kernelPositions)
    for group in 0..<shape.groups {
      let first = group * shape.groupOut
      panels.pack(into: target + group * panels.floats) { row, column in
        weight[((first + column) * depth + row % depth) * kernelPositions + row / depth]
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
    let split = TileSplit(rows: count, limit: loops.tileRows)
    gather(input + group * shape.groupIn, zeros: zeros, first, split, pointers)
    for panel in panelBlock * panelsPerPart..<min(panels.count, (panelBlock + 1) * panelsPerPart) {
      let column = group * shape.groupOut + panel * panels.wholeWidth
      let at = first * shape.outChannels + column
      let bias = packed + shape.groups * panels.floats + group * panels.paddedColumns + panel * panels.wholeWidth
      let target = TileTarget(
        base: output + at, stride: shape.outChannels, columns: panels.used(panel), bias: bias,
        residual: residual.map { $0 + at }, function: function)
      let product = TileProduct(
        split, width: panels.width(panel), kernelPositions: shape.kernelHeight * kernelPositionsAcross,
        depth: shape.groupIn * merged,
        pointers, packed + group * panels.floats + panels.offset(panel))
      multiply(product, target)
    }
  }

  /// Floats of a panel that a core's first cache keeps from tile to tile.
  private static let nearFloats = 6144

  /// Several tiles go through a large panel piece by piece: each is read from the second cache once. Sums go on where they were.
  private func multiply(_ product: TileProduct, _ target: TileTarget) {
    let rows = Self.nearFloats / product.width
    guard product.split.tiles > 1, product.allTaps * product.depth > rows else {
      return loops.multiply(product, target)
    }
    let (kernelPositions, depth) = (max(1, rows / product.depth), min(rows, product.depth))
    for kernelPosition in stride(from: 0, to: product.allTaps, by: kernelPositions) {
      for first in stride(from: 0, to: product.depth, by: depth) {
        var (piece, part) = (product, target)
        piece.kernelPositions = kernelPosition..<min(kernelPosition + kernelPositions, product.allTaps)
        piece.first = first
        piece.depth = min(depth, product.depth - first)
        piece.panel += (kernelPosition * product.depth + first) * product.width
        if kernelPosition + first > 0 { (part.bias, part.residual) = (nil, UnsafePointer(part.base)) }
        if piece.kernelPositions.upperBound < product.allTaps || first + piece.depth < product.depth {
          part.function = .identity
        }
        loops.multiply(piece, part)
      }
    }
  }

  /// The addresses that the output pixels from `first` on read, tile by tile, kernelPosition by kernelPosition.
  private func gather(
    _ input: UnsafePointer<Float>, zeros: UnsafePointer<Float>, _ first: Int, _ split: TileSplit,
    _ pointers: UnsafeMutablePointer<UnsafePointer<Float>>
  ) {
    let kernelPositions = shape.kernelHeight * kernelPositionsAcross
    var place = Place(first, shape, input)
    for tile in 0..<split.tiles {
      let (start, rows) = (split.start(tile), split.rows(tile))
      for row in 0..<rows {
        gather(place, zeros: zeros, pointers + start * kernelPositions + row, step: rows)
        place.advance(shape)
      }
    }
  }

  /// An output pixel: a walk through them needs no division.
  private struct Place {
    /// The image's first pixel.
    var image: UnsafePointer<Float>
    var row: Int
    var column: Int

    init(_ pixel: Int, _ shape: ConvolutionShape, _ input: UnsafePointer<Float>) {
      let (index, inside) = pixel.quotientAndRemainder(dividingBy: shape.outPixels)
      image = input + index * shape.inFloats
      (row, column) = inside.quotientAndRemainder(dividingBy: shape.outWidth)
    }

    @inline(__always)
    mutating func advance(_ shape: ConvolutionShape) {
      column &+= 1
      guard column == shape.outWidth else { return }
      column = 0
      row &+= 1
      guard row == shape.outHeight else { return }
      row = 0
      image += shape.inFloats
    }
  }

  @inline(__always)
  private func gather(
    _ place: Place, zeros: UnsafePointer<Float>, _ pointers: UnsafeMutablePointer<UnsafePointer<Float>>, step: Int
  ) {
    let top = place.row &* shape.strideHeight &- shape.paddingHeight
    let left = place.column &* shape.strideWidth &- shape.paddingWidth
    var target = pointers
    if shape.paddingHeight == 0, shape.paddingWidth == 0 {
      let line = shape.dilationHeight &* shape.inWidth &* shape.inChannels
      let first = place.image + (top &* shape.inWidth &+ left) &* shape.inChannels
      for ky in 0..<shape.kernelHeight {
        for kx in 0..<kernelPositionsAcross {
          target.pointee = first + ky &* line + kx &* shape.dilationWidth &* shape.inChannels
          target += step
        }
      }
      return
    }
    for ky in 0..<shape.kernelHeight {
      let y = top &+ ky &* shape.dilationHeight
      let line = place.image + y &* shape.inWidth &* shape.inChannels
      let isInside = y >= 0 && y < shape.inHeight
      for kx in 0..<kernelPositionsAcross {
        let x = left &+ kx &* shape.dilationWidth
        target.pointee = isInside && x >= 0 && x < shape.inWidth ? line + x &* shape.inChannels : zeros
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
