import Core
import Foundation
import Kernels

/// How a cascade is slid over an image.
public struct CascadeOptions: Hashable, Sendable {
  /// From one size of the window to the next; above 1.
  public var scaleFactor = 1.1
  /// More windows than this, all alike, make a face; 0 gives every window.
  public var minNeighbors = 3
  /// Shortest side of a window, pixels.
  public var minSize = 0
  /// Longest side of a window, pixels.
  public var maxSize = Int.max

  /// OpenCV's defaults.
  public init() {}
}

/// Finds faces with one of OpenCV's cascades, window for window as OpenCV's own evaluator does.
public final class CascadeDetector: Detector {
  private let cascade: Cascade
  private let options: CascadeOptions
  private let evaluator: CascadeEvaluator

  /// Evaluates `cascade`.
  public init(_ cascade: Cascade, options: CascadeOptions = CascadeOptions()) {
    precondition(options.scaleFactor > 1)
    self.cascade = cascade
    self.options = options
    evaluator = CascadeEvaluator(cascade, options)
  }

  /// Evaluates the cascade in a file; throws `CascadeError`.
  public convenience init(contentsOf url: URL, options: CascadeOptions = CascadeOptions()) throws {
    self.init(try Cascade(contentsOf: url), options: options)
  }

  public func leastSide(width: Int, height: Int) -> Double? {
    Double(max(options.minSize, cascade.windowWidth))
  }

  public func detect(in image: LumaPlane) -> [Detection] {
    groups(in: image).map(detection).sorted { $0.score > $1.score }
  }

  /// Every window that passes, before grouping.
  func windows(in image: LumaPlane) -> [CascadeWindow] { evaluator.windows(in: image) }

  /// What `detectMultiScale` gives.
  func groups(in image: LumaPlane) -> [CascadeGroup] {
    CascadeGrouping(minNeighbors: options.minNeighbors)(windows(in: image)).map {
      $0.clipped(to: image)
    }
  }

  /// The score grows with the number of windows that agree: 0.5 for five of them.
  private func detection(_ group: CascadeGroup) -> Detection {
    let neighbours = Double(group.neighbors) + 0.5 * Double(1 - 1 / (1 + max(group.excess, 0)))
    return Detection(
      box: Box(
        x: Double(group.x), y: Double(group.y), width: Double(group.width),
        height: Double(group.height)),
      score: neighbours / (neighbours + 5))
  }
}
