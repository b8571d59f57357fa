import Core

/// Networks that can be asked one by one, different ones on different threads at once.
public protocol ExpressionJury: AnyObject, Sendable {
  /// The classes, in order.
  var labels: LabelSet { get }
  /// Sides in pixels of the square grey crops that they need of each face.
  var cropSizes: [Int] { get }
  /// What the networks are called.
  var memberNames: [String] { get }
  /// Ways in which a network looks at a face.
  var views: Int { get }
  /// Network `member`'s probabilities of each face, in the order of `labels`; each sums to 1. For each face `crops` holds one picture for
  /// each of `cropSizes`: rows of full-range grey, packed.
  func vote(_ member: Int, on crops: [[[UInt8]]]) throws -> [[Double]]
  /// The same, each face looked at in one of the `views`.
  func vote(_ member: Int, on crops: [[[UInt8]]], views: [Int]) throws -> [[Double]]
}

extension ExpressionJury {
  public var views: Int { 1 }

  public func vote(_ member: Int, on crops: [[[UInt8]]], views: [Int]) throws -> [[Double]] {
    try vote(member, on: crops)
  }
}
