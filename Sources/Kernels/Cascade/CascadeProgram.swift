/// A cascade laid out for scanning one layout of integral planes: tables of numbers alone, in the order of use.
/// Immutable once filled.
public struct CascadeProgram: Sendable {
  /// A tree's nodes and leaves, counted over the whole cascade.
  public struct Tree: Sendable {
    /// Forms that are quicker to walk.
    enum Form: Sendable {
      case stump
      /// Two nodes, one way of the first leading to the second.
      case pair
      case other
    }

    let form: Form
    let firstNode: Int
    let nodeCount: Int
    let firstLeaf: Int
    /// Answers of a tree of one node.
    let left: Float
    let right: Float
  }

  /// A stage's trees and what they must sum to.
  public struct Stage: Sendable {
    let trees: Range<Int>
    let threshold: Float
    /// Sums in single precision may be off by less than this.
    let doubt: Float

    /// `magnitude` bounds every partial sum of the answers of `trees`.
    init(trees: Range<Int>, threshold: Float, magnitude: Float) {
      self.trees = trees
      self.threshold = threshold
      doubt = Float(trees.count + 1) * (magnitude + abs(threshold)) * Float.ulpOfOne
    }
  }

  /// Where a node's two ways lead: a node of the same tree when positive, else a leaf.
  public struct Link: Sendable {
    let left: Int32
    let right: Int32

    /// Ways to `left` and `right`.
    public init(left: Int, right: Int) {
      self.left = Int32(left)
      self.right = Int32(right)
    }
  }

  /// In order.
  public private(set) var stages: [Stage] = []
  /// In order of the stages.
  public private(set) var trees: [Tree] = []
  /// One a node.
  public private(set) var links: [Link] = []
  /// Answers.
  public private(set) var leaves: [Float] = []
  /// Nodes of the largest tree.
  public private(set) var largestTree = 1

  /// Without stages.
  public init() {}

  /// Adds a stage of trees, each its nodes' links and its leaves, that is passed at `threshold`.
  public mutating func addStage(threshold: Float, trees new: [(links: [Link], leaves: [Float])]) {
    let first = trees.count
    for tree in new { add(tree.links, tree.leaves) }
    let magnitude = new.reduce(Float(0)) { $0 + ($1.leaves.map(abs).max() ?? 0) }
    stages.append(Stage(trees: first..<trees.count, threshold: threshold, magnitude: magnitude))
  }

  private mutating func add(_ new: [Link], _ answers: [Float]) {
    let (left, right) = (answers[max(0, Int(-new[0].left))], answers[max(0, Int(-new[0].right))])
    trees.append(
      Tree(
        form: new.form, firstNode: links.count, nodeCount: new.count, firstLeaf: leaves.count, left: left,
        right: right))
    largestTree = max(largestTree, new.count)
    links += new
    leaves += answers
  }
}

extension [CascadeProgram.Link] {
  fileprivate var form: CascadeProgram.Tree.Form {
    if count == 1 { return .stump }
    return count == 2 && (self[0].left > 0) != (self[0].right > 0) ? .pair : .other
  }
}
