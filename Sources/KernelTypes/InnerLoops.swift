/// The loops that take the time, compiled once for each instruction set from the same sources (`Sources/Kernels/Loops`):
/// with vectors of eight for x86-64-v3, and of sixteen for x86-64-v4. `InstructionSet` chooses.
///
/// Every sum is made in the same order whatever the vectors' width, so results are the same to the bit.
public protocol InnerLoops: Sendable {
  /// Floats of a vector.
  static var lanes: Int { get }
  /// Rows of the largest register tile.
  static var tileRows: Int { get }

  /// Multiplies all rows of a product by one panel.
  static func multiply(_ product: TileProduct, _ target: TileTarget)
  /// `c = a * b` or `c += a * b` for one panel of sixteen columns, or the first eight of them: each element is one chain of
  /// fused multiply-adds in order of depth.
  static func multiplyPanel(
    rows: Int, columns: Int, depth: Int, _ a: Factor, _ b: UnsafePointer<Float>, _ c: UnsafeMutablePointer<Float>,
    ldc: Int, accumulate: Bool)

  /// Transforms the inputs of a Winograd tile of `outputs` squared.
  static func winogradInput(outputs: Int, _ tile: WinogradInput)
  /// Turns a Winograd tile's products into outputs.
  static func winogradOutput(outputs: Int, _ tile: WinogradOutput)
  /// Transforms a tile's gradients by outputs for the gradient by weights.
  static func winogradGradient(outputs: Int, _ tile: WinogradGradient)
  /// Transforms the 3x3 filters of `rows` input channels and `width` output channels side by side.
  static func winogradFilter(outputs: Int, _ filters: WinogradFilters)

  /// A run of neighbouring outputs of a depthwise convolution.
  static func depthwise(_ run: DepthwiseRun)
  /// `y[i] = function(x[i])`.
  static func apply(
    _ function: ActivationFunction, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, count: Int)
  /// The largest of each channel over a window; NaN where it holds one.
  static func windowMaximum(_ window: PixelWindow, _ y: UnsafeMutablePointer<Float>)
  /// The sum of each channel over a window, times `scale`.
  static func windowSum(_ window: PixelWindow, scale: Float, _ y: UnsafeMutablePointer<Float>)
}

/// Rows split into tiles of nearly equal size. Divides once: that costs as much as a small tile.
public struct TileSplit: Sendable {
  /// Tiles.
  public let tiles: Int
  @usableFromInline let least: Int
  @usableFromInline let larger: Int

  /// `rows` rows in tiles of at most `limit`.
  @inlinable
  public init(rows: Int, limit: Int) {
    tiles = (rows + limit - 1) / limit
    (least, larger) = rows.quotientAndRemainder(dividingBy: max(tiles, 1))
  }

  /// First row of tile `index`; of tile `tiles`, the number of rows.
  @inlinable
  public func start(_ index: Int) -> Int { index &* least &+ min(index, larger) }
  /// Rows of tile `index`.
  @inlinable
  public func rows(_ index: Int) -> Int { index < larger ? least &+ 1 : least }
}

/// Rows, read through pointers, by one panel of a packed matrix.
public struct TileProduct {
  /// The rows' tiles.
  public var split: TileSplit
  /// Columns of the panel side by side in memory: 8, or one or two whole vectors.
  public var width: Int
  /// Those runs of memory that are multiplied, of the `allTaps` that make a row.
  public var kernelPositions: Range<Int>
  /// Runs of memory that make a row.
  public var allTaps: Int
  /// First float of a run that is multiplied.
  public var first = 0
  /// Floats of a run that are multiplied.
  public var depth: Int
  /// Where the runs are: tile by tile, kernelPosition by kernelPosition, row by row.
  public var pointers: UnsafePointer<UnsafePointer<Float>>
  /// The first of `kernelPositions.count * depth` rows of `width` floats.
  public var panel: UnsafePointer<Float>

  /// A whole product of `split` rows.
  @inlinable
  public init(
    _ split: TileSplit, width: Int, kernelPositions: Int, depth: Int, _ pointers: UnsafePointer<UnsafePointer<Float>>,
    _ panel: UnsafePointer<Float>
  ) {
    (self.split, self.width, self.kernelPositions, self.allTaps, self.depth) = (
      split, width, 0..<kernelPositions, kernelPositions, depth
    )
    (self.pointers, self.panel) = (pointers, panel)
  }
}

/// Where a tile goes and what is done on the way: `function(bias + residual + sums)`.
public struct TileTarget {
  /// The tile's first element.
  public var base: UnsafeMutablePointer<Float>
  /// Floats from row to row, of `base` and `residual`.
  public var stride: Int
  /// Columns that exist.
  public var columns: Int
  /// Added to every row; readable in whole vectors.
  public var bias: UnsafePointer<Float>?
  /// Added element by element; may be `base`.
  public var residual: UnsafePointer<Float>?
  /// Applied last.
  public var function: ActivationFunction

  /// `columns` columns at `base`.
  @inlinable
  public init(
    base: UnsafeMutablePointer<Float>, stride: Int, columns: Int, bias: UnsafePointer<Float>? = nil,
    residual: UnsafePointer<Float>? = nil, function: ActivationFunction = .identity
  ) {
    (self.base, self.stride, self.columns) = (base, stride, columns)
    (self.bias, self.residual, self.function) = (bias, residual, function)
  }
}

/// The left matrix of a product: element (row, depth) is at `base[row * rowStep + depth * depthStep]`.
public struct Factor {
  /// Element (0, 0).
  public var base: UnsafePointer<Float>
  /// Distance between rows.
  public var rowStep: Int
  /// Distance between columns.
  public var depthStep: Int

  /// A matrix with the given steps.
  @inlinable
  public init(_ base: UnsafePointer<Float>, rowStep: Int, depthStep: Int) {
    (self.base, self.rowStep, self.depthStep) = (base, rowStep, depthStep)
  }
}

/// A patch of an NHWC image and where its transform goes: point p of channel c to `target[p * plane + c]`.
public struct WinogradInput {
  /// The patch's first pixel.
  public var source: UnsafePointer<Float>
  /// Floats from row to row and from pixel to pixel of the patch.
  public var rowStep, pixelStep: Int
  /// Channels, a multiple of eight.
  public var channels: Int
  /// The first point.
  public var target: UnsafeMutablePointer<Float>
  /// Floats from point to point.
  public var plane: Int
  /// Room for `winogradScratch` floats.
  public var scratch: UnsafeMutablePointer<Float>

  /// A patch at `source`.
  @inlinable
  public init(
    _ source: UnsafePointer<Float>, rowStep: Int, pixelStep: Int, channels: Int,
    _ target: UnsafeMutablePointer<Float>, plane: Int, scratch: UnsafeMutablePointer<Float>
  ) {
    (self.source, self.rowStep, self.pixelStep, self.channels) = (source, rowStep, pixelStep, channels)
    (self.target, self.plane, self.scratch) = (target, plane, scratch)
  }
}

/// Floats of scratch that the transforms of one tile need, whatever its size and the vectors' width.
public let winogradScratch = 2 * 64 * 16

/// A tile's products and where its outputs go.
public struct WinogradOutput {
  /// Point p of channel c is at `products[p * plane + c]`.
  public var products: UnsafePointer<Float>
  /// Floats from point to point.
  public var plane: Int
  /// Channels.
  public var channels: Int
  /// Rows and columns of outputs that exist.
  public var rows, columns: Int
  /// The first output.
  public var output: UnsafeMutablePointer<Float>
  /// Floats from row to row and from pixel to pixel of the output and the residual.
  public var rowStep, pixelStep: Int
  /// What follows; bias and residual belong to the first output's channels.
  public var end: LayerEnd
  /// Room for `winogradScratch` floats.
  public var scratch: UnsafeMutablePointer<Float>

  /// Products at `products`, outputs at `output`.
  @inlinable
  public init(
    _ products: UnsafePointer<Float>, plane: Int, channels: Int, rows: Int, columns: Int,
    _ output: UnsafeMutablePointer<Float>, rowStep: Int, pixelStep: Int, end: LayerEnd,
    scratch: UnsafeMutablePointer<Float>
  ) {
    (self.products, self.plane, self.channels) = (products, plane, channels)
    (self.rows, self.columns, self.output) = (rows, columns, output)
    (self.rowStep, self.pixelStep, self.end, self.scratch) = (rowStep, pixelStep, end, scratch)
  }
}

/// A tile's gradients by outputs and where their transform goes: panels of sixteen channels, `panelStep` floats apart.
public struct WinogradGradient {
  /// The first gradient.
  public var source: UnsafePointer<Float>
  /// Floats from row to row; pixels are `channels` apart.
  public var rowStep: Int
  /// Channels, a multiple of eight.
  public var channels: Int
  /// The first point.
  public var target: UnsafeMutablePointer<Float>
  /// Floats from point to point, and from panel to panel.
  public var plane, panelStep: Int
  /// Room for `winogradScratch` floats.
  public var scratch: UnsafeMutablePointer<Float>

  /// Gradients at `source`.
  @inlinable
  public init(
    _ source: UnsafePointer<Float>, rowStep: Int, channels: Int, _ target: UnsafeMutablePointer<Float>, plane: Int,
    panelStep: Int, scratch: UnsafeMutablePointer<Float>
  ) {
    (self.source, self.rowStep, self.channels, self.target) = (source, rowStep, channels, target)
    (self.plane, self.panelStep, self.scratch) = (plane, panelStep, scratch)
  }
}

/// 3x3 filters, `width` output channels side by side: kernelPosition t of input channel r is at `source[(r * 9 + t) * width]`, its
/// transform's point p goes to `target[p * plane + r * width]`.
public struct WinogradFilters {
  /// The first kernelPosition.
  public var source: UnsafePointer<Float>
  /// Input channels.
  public var rows: Int
  /// Output channels: a multiple of eight.
  public var width: Int
  /// The first point.
  public var target: UnsafeMutablePointer<Float>
  /// Floats from point to point.
  public var plane: Int
  /// Room for `winogradScratch` floats.
  public var scratch: UnsafeMutablePointer<Float>

  /// Filters at `source`.
  @inlinable
  public init(
    _ source: UnsafePointer<Float>, rows: Int, width: Int, _ target: UnsafeMutablePointer<Float>, plane: Int,
    scratch: UnsafeMutablePointer<Float>
  ) {
    (self.source, self.rows, self.width) = (source, rows, width)
    (self.target, self.plane, self.scratch) = (target, plane, scratch)
  }
}

/// Neighbouring outputs of a depthwise convolution whose kernelPositions are all inside the image.
public struct DepthwiseRun {
  /// The first output's first pixel.
  public var input: UnsafePointer<Float>
  /// Floats from pixel to pixel of neighbouring outputs, from kernelPosition to kernelPosition and from row of kernelPositions to row of kernelPositions.
  public var pixelStep, kernelPositionStep, rowStep: Int
  /// The first of these kernelPositions' weights; rows of kernelPositions are `weightRow` floats apart, kernelPositions `weightStep`.
  public var weights: UnsafePointer<Float>
  /// Floats between weights.
  public var weightStep, weightRow: Int
  /// What sums start with.
  public var bias: UnsafePointer<Float>
  /// Rows and columns of kernelPositions.
  public var rows, columns: Int
  /// Channels and pixels to make.
  public var channels, pixels: Int
  /// The first output; pixels are `channels` apart.
  public var output: UnsafeMutablePointer<Float>

  /// A run; all is said.
  @inlinable
  public init(
    _ input: UnsafePointer<Float>, pixelStep: Int, kernelPositionStep: Int, rowStep: Int, weights: UnsafePointer<Float>,
    weightStep: Int, weightRow: Int, bias: UnsafePointer<Float>, rows: Int, columns: Int, channels: Int, pixels: Int,
    _ output: UnsafeMutablePointer<Float>
  ) {
    (self.input, self.pixelStep, self.kernelPositionStep, self.rowStep) = (
      input, pixelStep, kernelPositionStep, rowStep
    )
    (self.weights, self.weightStep, self.weightRow, self.bias) = (weights, weightStep, weightRow, bias)
    (self.rows, self.columns, self.channels, self.pixels) = (rows, columns, channels, pixels)
    self.output = output
  }
}
