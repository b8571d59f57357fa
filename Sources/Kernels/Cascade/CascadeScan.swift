/// A window that passed every stage.
public struct CascadeHit: Sendable, Equatable {
  /// Column of the window among those looked at in its row.
  public let column: Int
  /// By how much the last stage was passed.
  public let excess: Float
}

/// Slides a cascade along one row of windows, `count` of them, `window` being the place of the first in plane 0.
///
/// As OpenCV does: a window that fails the first stage takes its right neighbour along.
/// `hits` gets what passes, in order. `states` is scratch of `count` + 8 numbers.
public func scanHaar(
  _ program: CascadeProgram, _ features: HaarFeatures, row window: UnsafePointer<Int32>, count: Int,
  into hits: inout [CascadeHit]
) {
  CascadeScan(program: program, features: features, row: window, count: count).run(&hits)
}

/// `scanHaar` for local binary patterns.
public func scanLBP(
  _ program: CascadeProgram, _ features: LBPFeatures, row window: UnsafePointer<Int32>, count: Int,
  into hits: inout [CascadeHit]
) {
  CascadeScan(program: program, features: features, row: window, count: count).run(&hits)
}

private struct CascadeScan<Features: CascadeFeatures> {
  let program: CascadeProgram
  let features: Features
  let row: UnsafePointer<Int32>
  let count: Int

  func run(_ hits: inout [CascadeHit]) {
    var column = 0
    while column < count {
      let (failed, excess) = climb(row + column)
      if failed == program.stages.count { hits.append(CascadeHit(column: column, excess: excess)) }
      column += failed == 0 ? 2 : 1
    }
  }

  /// The stage at which the window is refused (the number of stages: none; -1: too even), and the last stage's excess.
  private func climb(_ window: UnsafePointer<Int32>) -> (Int, Float) {
    guard let light = features.light(at: window) else { return (-1, 0) }
    var excess = 0.0
    for (index, stage) in program.stages.enumerated() {
      excess = sum(stage, window, light) - Double(stage.threshold)
      if excess < 0 { return (index, 0) }
    }
    return (program.stages.count, Float(excess))
  }

  private func sum(_ stage: CascadeProgram.Stage, _ window: UnsafePointer<Int32>, _ light: Features.Light) -> Double {
    var sum = 0.0
    for tree in program.trees[stage.trees] {
      var index = 0
      repeat {
        let node = tree.firstNode + index
        let link = program.links[node]
        index = Int(features.isLeft(node, at: window, light) ? link.left : link.right)
      } while index > 0
      sum += Double(program.leaves[tree.firstLeaf - index])
    }
    return sum
  }
}
