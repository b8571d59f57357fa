import Testing

@testable import Kernels

/// The scan of eight windows together against the plain one, on made-up cascades and images.
struct CascadeScanTests {
  /// An image's integral planes, with room for the windows at the row's end.
  private struct Planes {
    let layout: IntegralLayout
    var numbers: [Int32]

    init(width: Int, height: Int, isSplit: Bool, _ made: inout MadeNumbers) {
      layout = IntegralLayout(width: width, height: height, isSplit: isSplit)
      // Dark halves and bright spots: some windows are too even, most are not.
      let pixels = (0..<width * height).map { index in
        UInt8(index % width < width / 3 ? 40 : made.integer(0...255))
      }
      numbers = Array(repeating: 0, count: 3 * layout.plane + 64)
      var scratch = Array(repeating: Int32(0), count: IntegralPlanes.scratch(width: width))
      numbers.withUnsafeMutableBufferPointer { planes in
        scratch.withUnsafeMutableBufferPointer { scratch in
          var integral = IntegralPlanes(layout, [.squares, .tilted], width: width, scratch: scratch.baseAddress!)
          integral.begin(at: planes.baseAddress!)
          integral.add(
            height, rowsAt: pixels, stride: width, to: planes.baseAddress! + layout.stride)
        }
      }
    }
  }

  private static let window = 12

  /// Trees of one, two and three nodes, and stages near whose thresholds many windows lie.
  private func program(_ made: inout MadeNumbers) -> (program: CascadeProgram, nodes: Int) {
    var program = CascadeProgram()
    var nodes = 0
    for stage in 0..<4 {
      let trees = (0..<5 + stage).map { _ in tree(made.integer(1...3), &made) }
      nodes += trees.reduce(0) { $0 + $1.links.count }
      program.addStage(threshold: stage == 0 ? -1.5 : -0.75, trees: trees)
    }
    return (program, nodes)
  }

  /// Each node but the last leads on by a side of its own choice; the other way is a leaf.
  private func tree(_ nodes: Int, _ made: inout MadeNumbers) -> (links: [CascadeProgram.Link], leaves: [Float]) {
    let links = (0..<nodes).map { node in
      let isLast = node == nodes - 1
      let leaf = -node
      if isLast { return CascadeProgram.Link(left: leaf, right: -nodes) }
      return made.unit() < 0.5 ? .init(left: node + 1, right: leaf) : .init(left: leaf, right: node + 1)
    }
    return (links, (0...nodes).map { _ in Float(made.unit() * 2 - 1) })
  }

  private func haar(_ nodes: Int, _ layout: IntegralLayout, _ made: inout MadeNumbers) -> HaarFeatures {
    func corners(_ x: Int, _ y: Int, _ w: Int, _ h: Int, plane: Int = 0) -> [Int32] {
      [(x, y), (x + w, y), (x, y + h), (x + w, y + h)].map { Int32(layout.offset(x: $0.0, y: $0.1, plane: plane)) }
    }
    let side = Self.window
    let frame = corners(1, 1, side - 2, side - 2) + corners(1, 1, side - 2, side - 2, plane: 1)
    var features = HaarFeatures(frame: frame, area: (side - 2) * (side - 2), windowArea: side * side)
    for _ in 0..<nodes {
      let parts = made.integer(2...3)
      for part in 0..<3 {
        let (x, y) = (made.integer(0...6), made.integer(0...6))
        features.corners += corners(x, y, made.integer(1...side - 6), made.integer(1...side - 6))
        features.weights.append(part == 0 ? -1 : part < parts ? Float(made.integer(2...3)) : 0)
      }
      features.thresholds.append(Float(made.unit() * 0.2 - 0.1))
    }
    return features
  }

  private func lbp(_ nodes: Int, _ layout: IntegralLayout, _ made: inout MadeNumbers) -> LBPFeatures {
    var features = LBPFeatures()
    for _ in 0..<nodes {
      let (x, y) = (made.integer(0...2), made.integer(0...2))
      let (w, h) = (made.integer(1...3), made.integer(1...3))
      for index in 0..<16 {
        features.corners.append(Int32(layout.offset(x: x + index % 4 * w, y: y + index / 4 * h)))
      }
      for _ in 0..<8 { features.subsets.append(UInt32(truncatingIfNeeded: Int(made.unit() * 4_294_967_295))) }
    }
    return features
  }

  /// What both ways find in all rows of an image.
  private func hits(
    _ planes: Planes, columns: Int,
    _ scan: (UnsafePointer<Int32>, UnsafeMutablePointer<Float>, inout [CascadeHit]) -> Void
  ) -> [[CascadeHit]] {
    let lights = UnsafeMutablePointer<Float>.allocate(capacity: columns + 8)
    defer { lights.deallocate() }
    return planes.numbers.withUnsafeBufferPointer { numbers in
      (0..<8).map { row in
        var found: [CascadeHit] = []
        scan(numbers.baseAddress! + row * 2 * planes.layout.stride, lights, &found)
        return found
      }
    }
  }

  @Test(arguments: [1, 7, 8, 9, 13, 127]) func eightWindowsAreAsOne(columns: Int) {
    var made = MadeNumbers(seed: UInt64(columns))
    var found = 0
    for isSplit in [false, true] {
      let width = isSplit ? 2 * columns + Self.window : columns + Self.window - 1
      let planes = Planes(width: width, height: 32, isSplit: isSplit, &made)
      for _ in 0..<20 {
        let (program, nodes) = program(&made)
        let haar = haar(nodes, planes.layout, &made)
        let wanted = hits(planes, columns: columns) {
          scanHaarReference(program, haar, row: $0, count: columns, lights: $1, into: &$2)
        }
        #expect(
          hits(planes, columns: columns) { scanHaar(program, haar, row: $0, count: columns, lights: $1, into: &$2) }
            == wanted)
        let lbp = lbp(nodes, planes.layout, &made)
        let wantedPatterns = hits(planes, columns: columns) {
          scanLBPReference(program, lbp, row: $0, count: columns, lights: $1, into: &$2)
        }
        #expect(
          hits(planes, columns: columns) { scanLBP(program, lbp, row: $0, count: columns, lights: $1, into: &$2) }
            == wantedPatterns)
        found += wanted.joined().count + wantedPatterns.joined().count
      }
    }
    #expect(found > 0)
  }
}
