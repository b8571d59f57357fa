import Networks

/// A boosted cascade (Viola and Jones, 2001) as OpenCV trains and stores it: stages of small decision trees over
/// rectangle features; a window that falls below a stage's threshold is not looked at further.
public struct Cascade: Sendable {
  /// A rectangle within the window, in pixels of the unscaled window.
  struct Rect: Sendable, Equatable {
    var x: Int
    var y: Int
    var width: Int
    var height: Int
  }

  /// A Haar-like feature: the weighted sum of two or three rectangles.
  struct HaarFeature: Sendable {
    /// Whether the rectangles are turned by 45 degrees (Lienhart and Maydt, 2002): from the top corner `width` steps
    /// down to the right and `height` steps down to the left.
    var tilted: Bool
    var parts: [(rect: Rect, weight: Float)]
  }

  /// The features that nodes ask.
  enum Features: Sendable {
    /// Haar-like.
    case haar([HaarFeature])
    /// Multi-block local binary patterns (Liao et al., 2007): the top left one of three by three equal blocks.
    case lbp([Rect])
  }

  /// A question within a tree. `left` and `right`: the tree's node with that index when positive, else the tree's
  /// leaf with minus that index. Children come after their parent.
  struct Node: Sendable {
    var feature: Int
    /// Haar: left below it.
    var threshold: Float
    /// LBP: left for the patterns whose bit is set; 256 bits.
    var subset: [UInt32]
    var left: Int
    var right: Int
  }

  /// A decision tree; its answer is a leaf.
  struct Tree: Sendable {
    var nodes: [Node]
    var leaves: [Float]
  }

  /// Passed when the trees' answers sum to `threshold` or more.
  struct Stage: Sendable {
    var threshold: Float
    var trees: [Tree]
  }

  /// Width of the window it was trained on, pixels.
  public let windowWidth: Int
  /// Height of the window it was trained on, pixels.
  public let windowHeight: Int
  let features: Features
  let stages: [Stage]

  /// OpenCV's evaluator lowers every stage's threshold by this.
  static let thresholdSlack: Float = 1e-5
}
