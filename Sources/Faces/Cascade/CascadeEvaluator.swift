import Kernels

/// Slides a cascade over pictures. Keeps what depends on the picture's size alone from call to call.
final class CascadeEvaluator {
  private let cascade: Cascade
  private let options: CascadeOptions
  private var plan: Plan?
  private var hits: [CascadeHit] = []

  init(_ cascade: Cascade, _ options: CascadeOptions) {
    self.cascade = cascade
    self.options = options
  }

  func windows(in picture: LumaPlane) -> [CascadeWindow] {
    if plan?.width != picture.width || plan?.height != picture.height {
      plan = Plan(cascade, options, width: picture.width, height: picture.height)
    }
    guard let plan else { return [] }
    var windows: [CascadeWindow] = []
    for index in plan.pyramid.levels.indices { scan(plan, index, picture, &windows) }
    return windows
  }

  private func scan(
    _ plan: Plan, _ index: Int, _ picture: LumaPlane, _ windows: inout [CascadeWindow]
  ) {
    let level = plan.pyramid.levels[index]
    plan.fill(index, from: picture)
    let columns = (max(level.width + 1 - cascade.windowWidth, 0) + level.step - 1) / level.step
    let rows = plan.pyramid.rows(of: level, windowHeight: cascade.windowHeight)
    let place = level.step == 2 ? plan.split : plan.plain
    for y in stride(from: 0, to: rows, by: level.step) {
      hits.removeAll(keepingCapacity: true)
      place.scan(
        row: plan.planes + y * place.layout.stride, count: columns, lights: plan.lights, into: &hits
      )
      windows += hits.map { window($0, y, level) }
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

/// What depends on a picture's size: its levels, the compiled cascade and memory for one level.
private final class Plan {
  let width: Int
  let height: Int
  let pyramid: CascadePyramid
  let split: Placed
  let plain: Placed
  let planes: UnsafeMutablePointer<Int32>
  private let content: IntegralPlanes.Content
  private let resizers: [ResizeLinear]
  private let pixels: UnsafeMutablePointer<UInt8>
  private let rows: UnsafeMutablePointer<UInt16>
  private let sums: UnsafeMutablePointer<Int32>
  let lights: UnsafeMutablePointer<Float>

  init(_ cascade: Cascade, _ options: CascadeOptions, width: Int, height: Int) {
    self.width = width
    self.height = height
    pyramid = CascadePyramid(cascade, options, width: width, height: height)
    let widest = pyramid.levels.map(\.width).max() ?? 0
    let highest = pyramid.levels.map(\.height).max() ?? 0
    split = Placed(cascade, width: widest, height: highest, isSplit: true)
    plain = Placed(cascade, width: widest, height: highest, isSplit: false)
    content = cascade.planes
    resizers = pyramid.levels.map {
      ResizeLinear(sourceWidth: width, sourceHeight: height, width: $0.width, height: $0.height)
    }
    let count = 3 * split.layout.plane + 64
    planes = .allocate(capacity: count)
    planes.initialize(repeating: 0, count: count)
    pixels = .allocate(capacity: widest * highest + 1)
    rows = .allocate(capacity: 2 * widest + 1)
    sums = .allocate(capacity: IntegralPlanes.scratch(width: widest))
    lights = .allocate(capacity: widest + 16)
  }

  deinit {
    planes.deallocate()
    pixels.deallocate()
    rows.deallocate()
    sums.deallocate()
    lights.deallocate()
  }

  /// Makes the integral planes of a level.
  func fill(_ index: Int, from picture: LumaPlane) {
    let level = pyramid.levels[index]
    let layout = level.step == 2 ? split.layout : plain.layout
    let integral = IntegralPlanes(layout, content, width: level.width, scratch: sums)
    guard level.width != width || level.height != height else {
      return integral.run(
        picture.base, stride: picture.stride, width: width, height: height, to: planes)
    }
    resizers[index].run(
      picture.base, stride: picture.stride, to: pixels, targetStride: level.width, scratch: rows)
    integral.run(pixels, stride: level.width, width: level.width, height: level.height, to: planes)
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
