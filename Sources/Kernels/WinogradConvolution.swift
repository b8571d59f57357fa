/// Convolution with 3x3 taps and stride 1 by Winograd's minimal filtering F(m x m, 3 x 3): tiles of m + 2 squared inputs
/// and the filters are transformed, multiplied point by point (a matrix product over channels for each point), and the
/// products transformed back. F(4x4) needs a quarter of the multiplications, F(6x6) a fifth, at a growing rounding error.
///
/// Tiles are worked off in blocks. Where the transformed weights are small, a part does one block from input to output
/// in its own scratch, which stays in the second-level cache. Where they are large they must be read few times: one
/// phase transforms the inputs of a block, the next shares out its output channels.
public struct WinogradConvolution: Sendable {
  /// The sizes: 3x3, stride and dilation 1, one group.
  public let shape: ConvolutionShape
  /// Outputs of a tile in each direction: 2, 4 or 6.
  public let tile: Int
  /// The packed weights of one point.
  public let panels: Panels
  let tilesHigh, tilesWide: Int
  let isShared: Bool
  let blockTiles: Int
  let panelsPerPart: Int

  /// Whether a convolution of this shape is one that Winograd's method does.
  public static func fits(_ shape: ConvolutionShape) -> Bool {
    shape.kernelHeight == 3 && shape.kernelWidth == 3 && shape.groups == 1 && shape.strideHeight == 1
      && shape.strideWidth == 1 && shape.dilationHeight == 1 && shape.dilationWidth == 1
  }

  /// Plans the blocks for batches of up to `batch` images.
  public init(_ shape: ConvolutionShape, tile: Int, batch: Int) {
    precondition(Self.fits(shape) && [2, 4, 6].contains(tile))
    self.shape = shape
    self.tile = tile
    panels = Panels(columns: shape.outChannels, depth: shape.inChannels)
    tilesHigh = (shape.outHeight + tile - 1) / tile
    tilesWide = (shape.outWidth + tile - 1) / tile
    let points = (tile + 2) * (tile + 2)
    let tiles = tilesHigh * tilesWide * batch
    let perTile = points * shape.inChannels
    isShared = points * panels.floats > 400_000 || tiles < 12
    blockTiles = Self.balanced(tiles, limit: isShared ? 60 : max(6, min(24, 55_000 / perTile / 6 * 6)))
    panelsPerPart = isShared ? (panels.count >= 16 ? 4 : panels.count >= 8 ? 2 : 1) : 2
  }

  /// Blocks of equal size, none above `limit`, whole register tiles where there are several.
  private static func balanced(_ tiles: Int, limit: Int) -> Int {
    let blocks = (tiles + limit - 1) / limit
    let even = (tiles + blocks - 1) / blocks
    return blocks == 1 ? even : min(limit, (even + tileRows - 1) / tileRows * tileRows)
  }

  var size: Int { tile + 2 }
  /// Points of a transformed tile.
  public var points: Int { size * size }
  var depthStride: Int { (shape.inChannels + 7) / 8 * 8 }
  var imageTiles: Int { tilesHigh * tilesWide }
  // The extra line keeps planes from falling on the same cache sets.
  var inputPlane: Int { blockTiles * depthStride + 16 }
  var productWidth: Int { panelsPerPart * 16 }
  var productPlane: Int { blockTiles * productWidth + 16 }

  /// Floats of packed weights and biases.
  public var packedFloats: Int { points * panels.floats + panels.paddedColumns }
  /// Floats that all workers share.
  public var sharedFloats: Int { isShared ? points * inputPlane : 0 }
  /// Floats of each worker.
  public var scratchFloats: Int {
    points * productPlane + (isShared ? 0 : points * inputPlane) + points * depthStride + 2 * points * 8 + blockTiles
      * 2
      + 2
  }

  private func tiles(_ batch: Int) -> Int { batch * imageTiles }
  private func blocks(_ batch: Int) -> Int { (tiles(batch) + blockTiles - 1) / blockTiles }
  private var panelGroups: Int { (panels.count + panelsPerPart - 1) / panelsPerPart }
  private static let tilesPerPart = 4

  /// Phases for `batch` images.
  public func phases(batch: Int) -> Int { isShared ? 2 * blocks(batch) : 1 }

  /// Independent parts of a phase.
  public func parts(phase: Int, batch: Int) -> Int {
    if !isShared { return blocks(batch) }
    if phase % 2 == 1 { return panelGroups }
    return (block(phase / 2, batch).count + Self.tilesPerPart - 1) / Self.tilesPerPart
  }

  private func block(_ index: Int, _ batch: Int) -> Range<Int> {
    index * blockTiles..<min(tiles(batch), (index + 1) * blockTiles)
  }

  /// Does one part. Buffers are NHWC; `packed` is what `pack` wrote.
  public func run(
    phase: Int, part: Int, batch: Int, _ input: UnsafePointer<Float>, packed: UnsafePointer<Float>,
    residual: UnsafePointer<Float>?, _ function: ActivationFunction, _ output: UnsafeMutablePointer<Float>,
    scratch: UnsafeMutablePointer<Float>, shared: UnsafeMutablePointer<Float>
  ) {
    let memory = Memory(self, scratch: scratch, shared: shared)
    let end = LayerEnd(bias: packed + points * panels.floats, residual: residual, function: function)
    if !isShared {
      let block = block(part, batch)
      transform(block, slots: 0, input, memory)
      for group in 0..<panelGroups { multiply(block, group, packed, memory, end, output) }
    } else if phase % 2 == 0 {
      let block = block(phase / 2, batch)
      let first = block.lowerBound + part * Self.tilesPerPart
      transform(
        first..<min(block.upperBound, first + Self.tilesPerPart), slots: part * Self.tilesPerPart, input, memory)
    } else {
      multiply(block(phase / 2, batch), part, packed, memory, end, output)
    }
  }

  private func transform(_ tiles: Range<Int>, slots: Int, _ input: UnsafePointer<Float>, _ memory: Memory) {
    switch tile {
    case 2: transformInputs(Winograd2.self, tiles, slots, input, memory)
    case 4: transformInputs(Winograd4.self, tiles, slots, input, memory)
    default: transformInputs(Winograd6.self, tiles, slots, input, memory)
    }
  }

  /// The products of a block for one group of panels, and what becomes of them.
  private func multiply(
    _ block: Range<Int>, _ group: Int, _ packed: UnsafePointer<Float>, _ memory: Memory, _ end: LayerEnd,
    _ output: UnsafeMutablePointer<Float>
  ) {
    let columns = group * panelsPerPart..<min(panels.count, (group + 1) * panelsPerPart)
    let split = TileSplit(rows: block.count)
    for point in 0..<points { multiply(point, columns, block.count, split, packed, memory) }
    switch tile {
    case 2: transformOutputs(Winograd2.self, block, columns.lowerBound, memory, end, output)
    case 4: transformOutputs(Winograd4.self, block, columns.lowerBound, memory, end, output)
    default: transformOutputs(Winograd6.self, block, columns.lowerBound, memory, end, output)
    }
  }

  @inline(__always)
  private func multiply(
    _ point: Int, _ columns: Range<Int>, _ count: Int, _ split: TileSplit, _ packed: UnsafePointer<Float>,
    _ memory: Memory
  ) {
    let rows = memory.inputs + point * inputPlane
    for slot in 0..<count { memory.pointers[slot] = UnsafePointer(rows + slot * depthStride) }
    for panel in columns {
      let weights = packed + point * panels.floats + panels.offset(panel)
      let products = memory.products + point * productPlane + (panel - columns.lowerBound) * 16
      for tile in 0..<split.tiles {
        let start = split.start(tile)
        computeTile(
          rows: split.rows(tile), vectors: panels.vectors(panel), taps: 1,
          depth: shape.inChannels, memory.pointers + start, weights,
          TileTarget(base: products + start * productWidth, stride: productWidth, columns: 16))
      }
    }
  }

  /// A worker's memory, laid out.
  struct Memory {
    let inputs, products, patch, temporary: UnsafeMutablePointer<Float>
    let pointers: UnsafeMutablePointer<UnsafePointer<Float>>

    @inline(__always)
    init(_ plan: WinogradConvolution, scratch: UnsafeMutablePointer<Float>, shared: UnsafeMutablePointer<Float>) {
      products = scratch
      patch = products + plan.points * plan.productPlane
      temporary = patch + plan.points * plan.depthStride
      let own = temporary + 2 * plan.points * 8
      inputs = plan.isShared ? shared : own
      pointers = alignedPointers(plan.isShared ? own : own + plan.points * plan.inputPlane)
    }
  }
}
