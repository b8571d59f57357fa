/// A window that passed every stage.
public struct CascadeHit: Sendable, Equatable {
  /// Column of the window among those looked at in its row.
  public let column: Int
  /// By how much the last stage was passed.
  public let excess: Float
}

/// Slides a cascade along one row of `count` windows, `window` being the place of the first in plane 0.
///
/// As OpenCV does: a window that fails the first stage takes its right neighbour along.
/// `hits` gets what passes, in order; `lights` is scratch for `count` + 8 numbers.
/// Eight windows are looked at together while enough of them are left.
public func scanHaar(
  _ program: CascadeProgram, _ features: HaarFeatures, row window: UnsafePointer<Int32>, count: Int,
  lights: UnsafeMutablePointer<Float>, into hits: inout [CascadeHit]
) {
  CascadeScan(program: program, features: features, row: window, count: count, lights: lights).run(
    &hits)
}

/// `scanHaar` for local binary patterns.
public func scanLBP(
  _ program: CascadeProgram, _ features: LBPFeatures, row window: UnsafePointer<Int32>, count: Int,
  lights: UnsafeMutablePointer<Float>, into hits: inout [CascadeHit]
) {
  CascadeScan(program: program, features: features, row: window, count: count, lights: lights).run(
    &hits)
}

/// `scanHaar`, one window at a time: the reference.
func scanHaarReference(
  _ program: CascadeProgram, _ features: HaarFeatures, row window: UnsafePointer<Int32>, count: Int,
  lights: UnsafeMutablePointer<Float>, into hits: inout [CascadeHit]
) {
  CascadeScan(program: program, features: features, row: window, count: count, lights: lights)
    .runReference(&hits)
}

/// `scanLBP`, one window at a time: the reference.
func scanLBPReference(
  _ program: CascadeProgram, _ features: LBPFeatures, row window: UnsafePointer<Int32>, count: Int,
  lights: UnsafeMutablePointer<Float>, into hits: inout [CascadeHit]
) {
  CascadeScan(program: program, features: features, row: window, count: count, lights: lights)
    .runReference(&hits)
}

/// One row of windows.
struct CascadeScan<Features: CascadeFeatures> {
  let program: CascadeProgram
  let features: Features
  let row: UnsafePointer<Int32>
  let count: Int
  let lights: UnsafeMutablePointer<Float>

  /// Looks at one window after the other.
  func runReference(_ hits: inout [CascadeHit]) {
    features.fill(lights, from: row, count: count)
    var column = 0
    while column < count {
      let failed = lights[column] <= features.brightest ? climb(column, from: 0) : -1
      if failed == program.stages.count { hits.append(hit(column)) }
      column += failed == 0 ? 2 : 1
    }
  }

  /// The first stage from `first` that refuses a window; the number of stages when none does.
  func climb(_ column: Int, from first: Int) -> Int {
    var index = first
    while index < program.stages.count, isPassed(program.stages[index], column) { index += 1 }
    return index
  }

  func isPassed(_ stage: CascadeProgram.Stage, _ column: Int) -> Bool {
    sum(stage, column) >= Double(stage.threshold)
  }

  func hit(_ column: Int) -> CascadeHit {
    let excess = program.stages.last.map { sum($0, column) - Double($0.threshold) } ?? 0
    return CascadeHit(column: column, excess: Float(excess))
  }

  private func sum(_ stage: CascadeProgram.Stage, _ column: Int) -> Double {
    var sum = 0.0
    for index in stage.trees {
      sum += Double(answer(program.trees[index], row + column, lights[column]))
    }
    return sum
  }

  @inline(__always) private func answer(
    _ tree: CascadeProgram.Tree, _ window: UnsafePointer<Int32>, _ light: Float
  ) -> Float {
    if tree.nodeCount == 1 {
      return features.isLeft(tree.firstNode, at: window, light) ? tree.left : tree.right
    }
    var index = 0
    repeat {
      let link = program.links[tree.firstNode + index]
      index = Int(
        features.isLeft(tree.firstNode + index, at: window, light) ? link.left : link.right)
    } while index > 0
    return program.leaves[tree.firstLeaf - index]
  }
}
