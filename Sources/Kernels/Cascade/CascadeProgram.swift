/// A cascade laid out for scanning one layout of integral planes: tables of numbers alone, in the order of use.
/// Immutable once filled.
public struct CascadeProgram: Sendable {
  /// A tree's nodes and leaves, counted over the whole cascade.
  public struct Tree: Sendable {
    let firstNode: Int
    let nodeCount: Int
    let firstLeaf: Int

    /// A tree of `nodeCount` nodes from `firstNode`, with leaves from `firstLeaf`.
    public init(firstNode: Int, nodeCount: Int, firstLeaf: Int) {
      self.firstNode = firstNode
      self.nodeCount = nodeCount
      self.firstLeaf = firstLeaf
    }
  }

  /// A stage's trees and what they must sum to.
  public struct Stage: Sendable {
    let trees: Range<Int>
    let threshold: Float
    /// Sums in single precision may be off by less than this.
    let doubt: Float

    /// Passed at `threshold`; `magnitude` bounds every partial sum of the answers of `trees`.
    public init(trees: Range<Int>, threshold: Float, magnitude: Float) {
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
  public var stages: [Stage] = []
  /// In order of the stages.
  public var trees: [Tree] = []
  /// One a node.
  public var links: [Link] = []
  /// Answers.
  public var leaves: [Float] = []

  /// Without stages.
  public init() {}
}
