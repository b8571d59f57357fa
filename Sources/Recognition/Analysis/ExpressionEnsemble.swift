import Core

/// Networks that can be asked one by one, different ones on different threads at once.
public protocol ExpressionEnsemble: AnyObject, Sendable {
  /// The classes, in order.
  var labels: LabelSet { get }
  /// Sides in pixels of the square grey crops that they need of each face.
  var cropSizes: [Int] { get }
  /// What the networks are called.
  var memberNames: [String] { get }
  /// Ways in which a network looks at a face.
  var views: Int { get }
  /// Network `member`'s probabilities of each face, in the order of `labels`; each sums to 1. For each face `crops` holds one frame for
  /// each of `cropSizes`: rows of full-range grey, packed.
  func predict(_ member: Int, on crops: [[[UInt8]]]) throws -> [[Double]]
  /// The same, each face looked at in one of the `views`.
  func predict(_ member: Int, on crops: [[[UInt8]]], views: [Int]) throws -> [[Double]]
}

extension ExpressionEnsemble {
  public var views: Int { 1 }

  public func predict(_ member: Int, on crops: [[[UInt8]]], views: [Int]) throws -> [[Double]] {
    try predict(member, on: crops)
  }
}
