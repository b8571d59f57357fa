/// Convolution with 3x3 kernelPositions and stride 1 by Winograd's minimal filtering F(m x m, 3 x 3): tiles of m + 2 squared inputs
/// and the filters are transformed, multiplied point by point (a matrix product over channels for each point), and the
/// products transformed back. F(4x4) needs a quarter of the multiplications, F(6x6) a fifth, at a growing rounding error.
///
/// Tiles are worked off in blocks. Where the transformed weights are small, a part does one block from input to output
/// in its own scratch, which stays in the second-level cache. Where they are large, or tiles few, one phase transforms the inputs of
/// a block, the next shares out its output channels. Large weights are kept as they are and transformed some input channels at a
/// time, which takes less time than reading four to seven times as much from memory. Results are the same to the bit either way.
public struct WinogradConvolution: Sendable {
  /// The sizes: 3x3, stride and dilation 1, one group.
  public let shape: ConvolutionShape
  /// Outputs of a tile in each direction: 2, 4 or 6.
  public let tile: Int
  /// The packed weights of one point.
  let panels: Panels
  let loops: any InnerLoops.Type
  let tilesHigh, tilesWide: Int
  /// Whether inputs are transformed in a phase of their own, for all parts.
  let isShared: Bool
  /// Whether weights are transformed on the way.
  let keepsTaps: Bool
  let blockTiles: Int
  let panelsPerPart: Int

  /// Whether a convolution of this shape is one that Winograd's method does.
  public static func fits(_ shape: ConvolutionShape) -> Bool {
    shape.kernelHeight == 3 && shape.kernelWidth == 3 && shape.groups == 1 && shape.strideHeight == 1
      && shape.strideWidth == 1 && shape.dilationHeight == 1 && shape.dilationWidth == 1
  }

  /// Plans the blocks for batches of up to `batch` images.
  public init(_ shape: ConvolutionShape, tile: Int, batch: Int, _ set: InstructionSet = .chosen) {
    precondition(Self.fits(shape) && [2, 4, 6].contains(tile))
    self.shape = shape
    self.tile = tile
    loops = set.loops
    panels = Panels(columns: shape.outChannels, depth: shape.inChannels, loops)
    tilesHigh = (shape.outHeight + tile - 1) / tile
    tilesWide = (shape.outWidth + tile - 1) / tile
    let points = (tile + 2) * (tile + 2)
    let tiles = tilesHigh * tilesWide * batch
    keepsTaps = Self.keepsTaps(shape, tile: tile)
    isShared = keepsTaps || tiles < 12
    let rows = loops.tileRows
    let fitting = max(rows, min(4 * rows, 6_900 * loops.lanes / (points * shape.inChannels) / rows * rows))
    blockTiles = Self.balanced(tiles, limit: isShared ? Self.sharedTiles : fitting, rows: rows)
    panelsPerPart = isShared ? (panels.count >= 16 ? 2 : 1) : 2
  }

  /// Whether weights are too large to be kept transformed: a core's cache would not hold them.
  public static func keepsTaps(_ shape: ConvolutionShape, tile: Int) -> Bool {
    (tile + 2) * (tile + 2) * shape.inChannels * shape.outChannels > 400_000
  }

  /// Tiles of a block where inputs are shared.
  static let sharedTiles = 60
  /// Input channels whose weights are transformed at a time: they stay in a core's cache until all tiles are multiplied. More where
  /// tiles are few, so that a product's fixed costs matter less.
  private var filterRows: Int { blockTiles <= 8 ? 64 : 32 }

  /// Blocks of equal size, none above `limit`, whole register tiles where there are several.
  private static func balanced(_ tiles: Int, limit: Int, rows: Int) -> Int {
    let blocks = (tiles + limit - 1) / limit
    let even = (tiles + blocks - 1) / blocks
    return blocks == 1 ? even : min(limit, (even + rows - 1) / rows * rows)
  }

  var size: Int { tile + 2 }
  /// Points of a transformed tile.
  public var points: Int { size * size }
  var depthStride: Int { (shape.inChannels + 7) / 8 * 8 }
  var imageTiles: Int { tilesHigh * tilesWide }
  // The extra line keeps planes from falling on the same cache sets.
  var inputPlane: Int { blockTiles * depthStride + 16 }
  var productWidth: Int { panelsPerPart * panels.wholeWidth }
  var productPlane: Int { blockTiles * productWidth + 16 }
  var filterPlane: Int { min(filterRows, shape.inChannels) * panels.wholeWidth + 16 }
  /// Floats of packed weights: kernelPositions where they are transformed on the way, else points.
  var weightFloats: Int { (keepsTaps ? 9 : points) * panels.floats }

  /// Floats of packed weights and biases.
  public var packedFloats: Int { weightFloats + panels.paddedColumns }
  /// Floats that all workers share.
  public var sharedFloats: Int { isShared ? points * inputPlane : 0 }
  /// Floats of each worker.
  public var scratchFloats: Int {
    points * productPlane + points * depthStride + winogradScratch + (keepsTaps ? points * filterPlane : 0)
      + (isShared ? 0 : points * inputPlane)
      + blockTiles * 2 + 2
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
    let end = LayerEnd(bias: packed + weightFloats, residual: residual, function: function)
    if !isShared {
      let block = block(part, batch)
      transformInputs(block, slots: 0, input, memory)
      for group in 0..<panelGroups {
        multiply(block.count, panels(group), packed, memory)
        transformOutputs(block, panels(group), memory, end, output)
      }
    } else if phase % 2 == 0 {
      let block = block(phase / 2, batch)
      let first = block.lowerBound + part * Self.tilesPerPart
      transformInputs(
        first..<min(block.upperBound, first + Self.tilesPerPart), slots: part * Self.tilesPerPart, input, memory)
    } else {
      let block = block(phase / 2, batch)
      if keepsTaps {
        multiplyTaps(block.count, panels(part), packed, memory)
      } else {
        multiply(block.count, panels(part), packed, memory)
      }
      transformOutputs(block, panels(part), memory, end, output)
    }
  }

  private func panels(_ group: Int) -> Range<Int> {
    group * panelsPerPart..<min(panels.count, (group + 1) * panelsPerPart)
  }

  /// The products of a block of `count` tiles with transformed weights.
  private func multiply(_ count: Int, _ group: Range<Int>, _ packed: UnsafePointer<Float>, _ memory: Memory) {
    let split = TileSplit(rows: count, limit: loops.tileRows)
    for point in 0..<points {
      self.point(at: point, from: 0, count, memory)
      for panel in group {
        let width = panels.width(panel)
        let product = TileProduct(
          split, width: width, kernelPositions: 1, depth: shape.inChannels, memory.pointers,
          packed + point * panels.floats + panels.offset(panel))
        loops.multiply(product, target(point, panel - group.lowerBound, width: width, memory))
      }
    }
  }

  /// The same with weights that are transformed on the way.
  private func multiplyTaps(_ count: Int, _ group: Range<Int>, _ packed: UnsafePointer<Float>, _ memory: Memory) {
    let split = TileSplit(rows: count, limit: loops.tileRows)
    for first in stride(from: 0, to: shape.inChannels, by: filterRows) {
      let rows = min(filterRows, shape.inChannels - first)
      for panel in group {
        let width = panels.width(panel)
        loops.winogradFilter(
          outputs: tile,
          WinogradFilters(
            packed + 9 * (panels.offset(panel) + first * width), rows: rows, width: width, memory.filters,
            plane: filterPlane, scratch: memory.temporary))
        for point in 0..<points {
          self.point(at: point, from: first, count, memory)
          var target = target(point, panel - group.lowerBound, width: width, memory)
          if first > 0 { target.residual = UnsafePointer(target.base) }
          let product = TileProduct(
            split, width: width, kernelPositions: 1, depth: rows, memory.pointers, memory.filters + point * filterPlane)
          loops.multiply(product, target)
        }
      }
    }
  }

  /// Points `memory.pointers` at the tiles' inputs of a point, from channel `first` on.
  @inline(__always)
  private func point(at point: Int, from first: Int, _ count: Int, _ memory: Memory) {
    let rows = memory.inputs + point * inputPlane + first
    for slot in 0..<count { memory.pointers[slot] = UnsafePointer(rows + slot * depthStride) }
  }

  /// Where the products of a point with the part's panel `index` go. Columns that do not exist are multiplied too.
  @inline(__always)
  private func target(_ point: Int, _ index: Int, width: Int, _ memory: Memory) -> TileTarget {
    TileTarget(
      base: memory.products + point * productPlane + index * panels.wholeWidth, stride: productWidth,
      columns: width)
  }

  /// A worker's memory, laid out.
  struct Memory {
    let inputs, products, patch, temporary, filters: UnsafeMutablePointer<Float>
    let pointers: UnsafeMutablePointer<UnsafePointer<Float>>

    @inline(__always)
    init(_ plan: WinogradConvolution, scratch: UnsafeMutablePointer<Float>, shared: UnsafeMutablePointer<Float>) {
      products = scratch
      patch = products + plan.points * plan.productPlane
      temporary = patch + plan.points * plan.depthStride
      filters = temporary + winogradScratch
      let own = filters + (plan.keepsTaps ? plan.points * plan.filterPlane : 0)
      inputs = plan.isShared ? shared : own
      pointers = alignedPointers(plan.isShared ? own : own + plan.points * plan.inputPlane)
    }
  }
}
