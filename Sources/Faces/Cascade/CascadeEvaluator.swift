import Core
import Kernels

/// Slides a cascade over images. Keeps what depends on the image's size alone from call to call.
final class CascadeEvaluator {
  private let cascade: Cascade
  private let options: CascadeOptions
  private var plan: Plan?
  private var hits: [CascadeHit] = []

  init(_ cascade: Cascade, _ options: CascadeOptions) {
    self.cascade = cascade
    self.options = options
  }

  func windows(in image: LumaPlane) -> [CascadeWindow] {
    if plan?.width != image.width || plan?.height != image.height {
      plan = Plan(cascade, options, width: image.width, height: image.height)
    }
    guard let plan else { return [] }
    var windows: [CascadeWindow] = []
    for index in plan.pyramid.levels.indices { scan(plan, index, image, &windows) }
    return windows
  }

  /// Windows of a level, band by band.
  private func scan(
    _ plan: Plan, _ index: Int, _ image: LumaPlane, _ windows: inout [CascadeWindow]
  ) {
    let level = plan.pyramid.levels[index]
    let columns = (max(level.width + 1 - cascade.windowWidth, 0) + level.step - 1) / level.step
    let place = level.step == 2 ? plan.split : plan.plain
    plan.bands(of: index, image) { rows in
      for y in stride(from: rows.lowerBound, to: rows.upperBound, by: level.step) {
        hits.removeAll(keepingCapacity: true)
        let row = plan.planes + (y - rows.lowerBound) * place.layout.stride
        place.scan(row: row, count: columns, lights: plan.lights, into: &hits)
        windows += hits.map { window($0, y, level) }
      }
    }
  }

  private func window(_ hit: CascadeHit, _ y: Int, _ level: CascadePyramid.Level) -> CascadeWindow {
    CascadeWindow(
      x: CascadePyramid.round(Float(hit.column * level.step) * level.scale),
      y: CascadePyramid.round(Float(y) * level.scale),
      width: CascadePyramid.round(Float(cascade.windowWidth) * level.scale),
      height: CascadePyramid.round(Float(cascade.windowHeight) * level.scale), excess: hit.excess)
  }
}

/// A cascade compiled for a layout.
private struct Placed {
  let layout: IntegralLayout
  let compiled: CompiledCascade

  init(_ cascade: Cascade, width: Int, height: Int, isSplit: Bool) {
    layout = IntegralLayout(width: width, height: height, isSplit: isSplit)
    compiled = CompiledCascade(cascade, layout)
  }

  func scan(
    row: UnsafePointer<Int32>, count: Int, lights: UnsafeMutablePointer<Float>,
    into hits: inout [CascadeHit]
  ) {
    switch compiled {
    case .haar(let program, let features):
      scanHaar(program, features, row: row, count: count, lights: lights, into: &hits)
    case .lbp(let program, let features):
      scanLBP(program, features, row: row, count: count, lights: lights, into: &hits)
    }
  }
}

/// What depends on an image's size: its levels, the compiled cascade and memory for one level's pixels and for the
/// integral planes of a band of its rows, which stay in the second-level cache.
private final class Plan {
  let width: Int
  let height: Int
  let pyramid: CascadePyramid
  let split: Placed
  let plain: Placed
  let planes: UnsafeMutablePointer<Int32>
  private let content: IntegralPlanes.Content
  private let windowHeight: Int
  private let resizers: [ResizeLinear]
  private let pixels: UnsafeMutablePointer<UInt8>
  private let mixed: UnsafeMutablePointer<UInt16>
  private let sums: UnsafeMutablePointer<Int32>
  let lights: UnsafeMutablePointer<Float>

  /// Rows of windows in a band; even, for steps of two.
  private static let bandRows = 48

  init(_ cascade: Cascade, _ options: CascadeOptions, width: Int, height: Int) {
    self.width = width
    self.height = height
    windowHeight = cascade.windowHeight
    pyramid = CascadePyramid(cascade, options, width: width, height: height)
    let widest = pyramid.levels.map(\.width).max() ?? 0
    let highest = pyramid.levels.map(\.height).max() ?? 0
    let bandHeight = Plan.bandRows + cascade.windowHeight
    split = Placed(cascade, width: widest, height: bandHeight, isSplit: true)
    plain = Placed(cascade, width: widest, height: bandHeight, isSplit: false)
    content = cascade.planes
    resizers = pyramid.levels.map {
      ResizeLinear(sourceWidth: width, sourceHeight: height, width: $0.width, height: $0.height)
    }
    let count = IntegralPlanes.count(content) * split.layout.plane + 64
    planes = .allocate(capacity: count)
    planes.initialize(repeating: 0, count: count)
    pixels = .allocate(capacity: widest * highest + 1)
    mixed = .allocate(capacity: width + 1)
    sums = .allocate(capacity: IntegralPlanes.scratch(width: widest))
    lights = .allocate(capacity: widest + 16)
  }

  deinit {
    planes.deallocate()
    pixels.deallocate()
    mixed.deallocate()
    sums.deallocate()
    lights.deallocate()
  }

  /// Calls `body` with rows of windows of a level; `planes` then holds the integrals from the first of these rows on.
  func bands(of index: Int, _ image: LumaPlane, _ body: (Range<Int>) -> Void) {
    let level = pyramid.levels[index]
    let rows = pyramid.rows(of: level, windowHeight: windowHeight)
    let layout = level.step == 2 ? split.layout : plain.layout
    let (source, stride) = resized(index, image)
    var integral = IntegralPlanes(layout, content, width: level.width, scratch: sums)
    integral.begin(at: planes)
    var made = 0
    for top in Swift.stride(from: 0, to: rows, by: Plan.bandRows) {
      if top > 0 { keepLast(layout) }
      let end = min(top + Plan.bandRows + windowHeight, level.height)
      integral.add(
        end - made, rowsAt: source + made * stride, stride: stride, to: planes + (made - top + 1) * layout.stride)
      made = end
      body(top..<min(top + Plan.bandRows, rows))
    }
  }

  /// Moves the rows that the next band needs too to the top.
  private func keepLast(_ layout: IntegralLayout) {
    for plane in 0..<IntegralPlanes.count(content) {
      let base = planes + plane * layout.plane
      base.update(from: base + Plan.bandRows * layout.stride, count: (windowHeight + 1) * layout.stride)
    }
  }

  /// The pixels of a level.
  private func resized(_ index: Int, _ image: LumaPlane) -> (UnsafePointer<UInt8>, stride: Int) {
    let level = pyramid.levels[index]
    if level.width == width, level.height == height { return (image.base, image.stride) }
    resizers[index].run(image.base, stride: image.stride, to: pixels, targetStride: level.width, scratch: mixed)
    return (UnsafePointer(pixels), level.width)
  }
}

extension Cascade {
  /// The integral planes that its features read.
  fileprivate var planes: IntegralPlanes.Content {
    switch features {
    case .lbp: []
    case .haar(let list): list.contains { $0.tilted } ? [.squares, .tilted] : .squares
    }
  }
}
