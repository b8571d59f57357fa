/// Extent of one activation without its batch dimension: height x width x channels.
///
/// Activations are `Float` in NHWC order: channels are innermost and packed. A vector is 1 x 1 x channels.
public struct Shape: Hashable, Sendable, Codable, CustomStringConvertible {
  /// Rows.
  public var height: Int
  /// Columns.
  public var width: Int
  /// Channels.
  public var channels: Int

  /// A feature map of `height` x `width` x `channels`.
  public init(height: Int, width: Int, channels: Int) {
    self.height = height
    self.width = width
    self.channels = channels
  }

  /// A vector of `channels`.
  public init(vector channels: Int) {
    self.init(height: 1, width: 1, channels: channels)
  }

  /// Number of elements of one image.
  public var count: Int { height * width * channels }

  /// Rows times columns.
  public var pixels: Int { height * width }

  /// `HxWxC`.
  public var description: String { "\(height)x\(width)x\(channels)" }
}

/// A height and a width: of a kernel, stride, padding or dilation.
public struct Extent: Hashable, Sendable, Codable, CustomStringConvertible {
  /// Vertical part.
  public var height: Int
  /// Horizontal part.
  public var width: Int

  /// `height` x `width`.
  public init(_ height: Int, _ width: Int) {
    self.height = height
    self.width = width
  }

  /// `HxW`.
  public var description: String { "\(height)x\(width)" }
}

extension Extent {
  /// Whether both parts are 1 or more.
  package var isPositive: Bool { height > 0 && width > 0 }
  /// Whether both parts are 0 or more.
  var isNotNegative: Bool { height >= 0 && width >= 0 }
}

extension Extent: ExpressibleByIntegerLiteral {
  /// The same in both directions.
  public init(integerLiteral value: Int) { self.init(value, value) }
}
