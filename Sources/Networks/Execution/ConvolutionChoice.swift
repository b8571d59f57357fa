import Kernels

/// Which kernel a convolution gets. The only place where that is decided: by what a kernel can do, then by a cost model.
///
/// It counts multiply-adds of vectors, so it holds for vectors of any width. Neither the processor's speed nor its memory's enters:
/// the kernels round differently, and results are to be the same on every processor. The weights that are read are the same for all
/// kernels but where a layer is small.
struct ConvolutionChoice {
  private let shape: ConvolutionShape
  private let batch: Int
  private static let depthwise = "depthwise"
  private static let tiles = [6, 4, 2]

  init(_ shape: ConvolutionShape, batch: Int) {
    self.shape = shape
    self.batch = batch
  }

  /// The chosen kernel, with the reasons against the others.
  func kernel(_ request: KernelRequest) -> any LayerKernel {
    if DepthwiseConvolution.fits(shape) {
      return DepthwiseKernel(shape, request, refused: refusals(Self.tiles, .geometry))
    }
    guard WinogradConvolution.fits(shape) else {
      return direct(request, refused: refusals(Self.tiles, .geometry))
    }
    let costs = Self.tiles.map { (tile: $0, cycles: winogradCycles($0)) }
    let best = costs.min { $0.cycles < $1.cycles }!
    guard shape.inChannels >= 8 else {
      return direct(request, refused: refusals(Self.tiles, .channels(shape.inChannels)))
    }
    guard best.cycles < directCycles else {
      return direct(request, refused: costs.map { slower($0, than: directCycles) })
    }
    let others = costs.filter { $0.tile != best.tile }.map { slower($0, than: best.cycles) }
    let plain = RejectedKernel(kernel: "direct", reason: .slower(directCycles / best.cycles))
    return WinogradKernel(shape, tile: best.tile, request, refused: others + [plain])
  }

  private func direct(_ request: KernelRequest, refused: [RejectedKernel]) -> any LayerKernel {
    let isPadded = shape.paddingWidth > 0 || shape.paddingHeight > 0
    if isPadded, shape.inChannels <= 16, shape.groups == 1, shape.kernelWidth > 1, shape.dilationWidth == 1 {
      return PaddedKernel(shape, request, refused: refused)
    }
    return IndirectKernel(shape.kernelPositions == 1 ? "direct-1x1" : "direct", shape, request, refused: refused)
  }

  private func refusals(_ tiles: [Int], _ reason: RejectedKernel.Reason) -> [RejectedKernel] {
    tiles.map { RejectedKernel(kernel: "winograd-\($0)x\($0)", reason: reason) }
  }

  private func slower(_ cost: (tile: Int, cycles: Double), than best: Double) -> RejectedKernel {
    RejectedKernel(kernel: "winograd-\(cost.tile)x\(cost.tile)", reason: .slower(cost.cycles / best))
  }

  /// Vectors of eight, since images and channels fill wider ones as well or as badly.
  private var columns: Int { (shape.outChannels + 7) / 8 * 8 }

  /// Nine tenths of the multiply-adds that a processor does are reached.
  private var directCycles: Double {
    Double(batch * shape.outPixels * columns * shape.inChannels * shape.kernelPositions) / 8 / 0.9
  }

  /// The products at a little less than the direct kernel's rate. Transforms take the time of 10 multiply-adds a point and vector of
  /// inputs and outputs; of weights that of 4 where they are read, of 12 where they are transformed on the way (writing them
  /// and reading them again). The rounding error of 6x6 tiles is larger: they must gain a tenth.
  private func winogradCycles(_ tile: Int) -> Double {
    let points = (tile + 2) * (tile + 2)
    let tiles = batch * ((shape.outHeight + tile - 1) / tile) * ((shape.outWidth + tile - 1) / tile)
    let products = Double(tiles * points * shape.inChannels) * Double(columns) / 8 / 0.85
    let vectors = (shape.inChannels + 7) / 8 + columns / 8
    let transforms = Double(tiles * points * vectors) * 10
    let perWeight: Double = WinogradConvolution.keepsTaps(shape, tile: tile) ? 12 : 4
    let weights = Double(points * shape.inChannels * columns) / 8 * perWeight
    return (products + transforms + weights) * (tile == 6 ? 1.1 : 1)
  }
}
