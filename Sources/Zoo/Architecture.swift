import Networks

/// A network architecture: how to build its graph, and what people should know about it.
public struct Architecture: Sendable {
  /// Name in configurations and model files.
  public var name: String
  /// Other names under which configurations know it.
  public var aliases: [String] = []
  /// Family: the file that declares it.
  public var family: String
  /// One input image by default.
  public var input: Shape
  /// Where it was published.
  public var source: String
  /// Whose parameter names it carries.
  public var naming: String
  /// Builds the graph for images of a shape and a number of classes of its first head.
  public var build: @Sendable (Shape, Int) throws(ShapeError) -> Graph

  /// The graph, by default for images of `input` and FER2013's seven classes.
  /// - Throws: `ShapeError.unfit` where the images are too small, or their size breaks a rule of the architecture.
  public func graph(input: Shape? = nil, classes: Int = 7) throws(ShapeError) -> Graph {
    try build(input ?? self.input, classes)
  }

  /// The architecture called `name` (or known under it), if there is one.
  public static func named(_ name: String) -> Architecture? {
    zooTable.first { $0.name == name || $0.aliases.contains(name) }
  }
}

/// Every architecture, one row each.
public let zooTable: [Architecture] =
  compactNets + alexNets + vggNets + resNets + attentionNets + denseNets + googLeNets + inceptions + efficientNets
  + resMaskings + vggFaceNets
