/// Lanes of eight windows, one bit each from bit 0.
private typealias WindowLanes = UInt32

extension CascadeScan {
  /// Below so many windows of a block, they are looked at one by one.
  private static var fewest: Int { 3 }

  /// Looks at eight windows at once while enough of them are left.
  func run(_ hits: inout [CascadeHit]) {
    guard features.isVectorisable else { return runReference(&hits) }
    features.fill(lights, from: row, count: count + 7)
    withUnsafeTemporaryAllocation(of: SIMDMask<SIMD8<Int32>>.self, capacity: program.largestTree) {
      reached in
      var isSkipped = false
      for column in stride(from: 0, to: count, by: 8) {
        let light = UnsafeRawPointer(lights + column).loadUnaligned(as: SIMD8<Float>.self)
        let block = CascadeBlock(column: column, light: light, reached: reached.baseAddress!)
        let worthy = lanes(light .<= features.brightest)
        let passed = worthy == 0 ? 0 : passing(program.stages[0], block, among: worthy)
        let inside: WindowLanes = count - column >= 8 ? 255 : (1 << WindowLanes(count - column)) - 1
        let alive = passed & inside & walk(failed: worthy & ~passed, &isSkipped)
        if alive != 0 { climb(block, alive, &hits) }
      }
    }
  }

  /// The windows that are looked at when those that failed the first stage take their right neighbours along.
  private func walk(failed: WindowLanes, _ isSkipped: inout Bool) -> WindowLanes {
    guard failed != 0 || isSkipped else { return 255 }
    var visited: WindowLanes = 0
    for lane in 0..<WindowLanes(8) {
      let isVisited = !isSkipped
      visited |= isVisited ? 1 << lane : 0
      isSkipped = isVisited && failed >> lane & 1 == 1
    }
    return visited
  }

  /// From the second stage on.
  private func climb(_ block: CascadeBlock, _ passed: WindowLanes, _ hits: inout [CascadeHit]) {
    var (alive, stage) = (passed, 1)
    while stage < program.stages.count, alive.nonzeroBitCount >= Self.fewest {
      alive = passing(program.stages[stage], block, among: alive)
      stage += 1
    }
    while alive != 0 {
      let column = block.column + alive.trailingZeroBitCount
      alive &= alive - 1
      if climb(column, from: stage) == program.stages.count { hits.append(hit(column)) }
    }
  }
}

/// Eight neighbouring windows.
private struct CascadeBlock {
  let column: Int
  let light: SIMD8<Float>
  /// A mask for each node of the largest tree.
  let reached: UnsafeMutablePointer<SIMDMask<SIMD8<Int32>>>
}

extension CascadeScan {
  /// Which of the windows `among` pass. Sums in single precision that are too near to the threshold are redone
  /// in double precision, which decides as OpenCV does.
  @inline(__always) private func passing(
    _ stage: CascadeProgram.Stage, _ block: CascadeBlock, among: WindowLanes
  ) -> WindowLanes {
    let sums = sum(stage, block)
    let surely = lanes(sums .>= stage.threshold + stage.doubt) & among
    let perhaps = lanes(sums .>= stage.threshold - stage.doubt) & among
    return surely == perhaps ? surely : surely | decide(stage, block, perhaps & ~surely)
  }

  private func decide(_ stage: CascadeProgram.Stage, _ block: CascadeBlock, _ doubtful: WindowLanes)
    -> WindowLanes
  {
    (0..<WindowLanes(8)).reduce(0) { passed, lane in
      let isPassed = doubtful >> lane & 1 == 1 && isPassed(stage, block.column + Int(lane))
      return isPassed ? passed | 1 << lane : passed
    }
  }

  @inline(__always) private func sum(_ stage: CascadeProgram.Stage, _ block: CascadeBlock) -> SIMD8<
    Float
  > {
    var sum = SIMD8<Float>(repeating: 0)
    for index in stage.trees {
      let tree = program.trees[index]
      switch tree.form {
      case .stump: sum += answer(tree, block)
      case .pair: sum += answerOfTwo(tree, block)
      case .other: sum += answers(tree, block)
      }
    }
    return sum
  }

  @inline(__always) private func isLeft(_ node: Int, _ block: CascadeBlock) -> SIMDMask<
    SIMD8<Int32>
  > {
    features.isLeft8(node, at: row + block.column, block.light)
  }

  @inline(__always) private func answer(_ tree: CascadeProgram.Tree, _ block: CascadeBlock)
    -> SIMD8<Float>
  {
    SIMD8(repeating: tree.right).replacing(with: tree.left, where: isLeft(tree.firstNode, block))
  }

  /// The answers of a tree of two nodes: one way of the first leads to the second.
  @inline(__always) private func answerOfTwo(_ tree: CascadeProgram.Tree, _ block: CascadeBlock) -> SIMD8<Float> {
    let (first, second) = (program.links[tree.firstNode], program.links[tree.firstNode + 1])
    let further = SIMD8<Float>(repeating: leaf(second.right, tree))
      .replacing(with: leaf(second.left, tree), where: isLeft(tree.firstNode + 1, block))
    let isLeft = isLeft(tree.firstNode, block)
    return first.left > 0
      ? SIMD8(repeating: leaf(first.right, tree)).replacing(with: further, where: isLeft)
      : further.replacing(with: leaf(first.left, tree), where: isLeft)
  }

  @inline(__always) private func leaf(_ way: Int32, _ tree: CascadeProgram.Tree) -> Float {
    program.leaves[tree.firstLeaf - Int(way)]
  }

  /// The answers of a tree of several nodes: every node is asked for the windows that reach it.
  private func answers(_ tree: CascadeProgram.Tree, _ block: CascadeBlock) -> SIMD8<Float> {
    let reached = block.reached
    reached.update(repeating: .init(repeating: false), count: tree.nodeCount)
    reached[0] = .init(repeating: true)
    var answers = SIMD8<Float>(repeating: 0)
    for index in 0..<tree.nodeCount {
      let link = program.links[tree.firstNode + index]
      let isLeft = isLeft(tree.firstNode + index, block)
      go(link.left, isLeft .& reached[index], tree, block, &answers)
      go(link.right, .!isLeft .& reached[index], tree, block, &answers)
    }
    return answers
  }

  /// Takes the windows `taken` on to a node, or to their answer.
  @inline(__always) private func go(
    _ way: Int32, _ taken: SIMDMask<SIMD8<Int32>>, _ tree: CascadeProgram.Tree,
    _ block: CascadeBlock,
    _ answers: inout SIMD8<Float>
  ) {
    if way > 0 {
      block.reached[Int(way)] .|= taken
    } else {
      answers.replace(with: leaf(way, tree), where: taken)
    }
  }
}

/// A bit for each lane that is set.
@inline(__always) private func lanes(_ mask: SIMDMask<SIMD8<Int32>>) -> WindowLanes {
  let bits = SIMD8<UInt32>(1, 2, 4, 8, 16, 32, 64, 128)
  return SIMD8<UInt32>(repeating: 0).replacing(with: bits, where: mask).wrappedSum()
}
