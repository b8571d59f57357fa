import Networks

extension Cascade {
  /// Reads `<… type_id="opencv-haar-classifier">` (OpenCV 1, `opencv_haartraining`): features stand within their nodes.
  init(firstGeneration root: XMLElement) throws {
    let size = try root.required("size")
    let sides = try size.numbers(2...2).map { try size.whole($0, in: 3...Self.longestSide) }
    (windowWidth, windowHeight) = (sides[0], sides[1])
    var features: [HaarFeature] = []
    stages = try root.required("stages").children.map { try Self.stage($0, sides, &features) }
    self.features = .haar(features)
    guard !stages.isEmpty else { throw CascadeError.missing(element: "stages", line: root.line) }
  }

  private static func stage(_ element: XMLElement, _ sides: [Int], _ features: inout [HaarFeature])
    throws -> Stage
  {
    var trees: [Tree] = []
    for tree in try element.required("trees").children {
      trees.append(try Self.tree(tree, sides, &features))
    }
    guard !trees.isEmpty else { throw element.malformed }
    let threshold = try Float(element.required("stage_threshold").number()) - thresholdSlack
    return Stage(threshold: threshold, trees: trees)
  }

  private static func tree(_ element: XMLElement, _ sides: [Int], _ features: inout [HaarFeature])
    throws -> Tree
  {
    var tree = Tree(nodes: [], leaves: [])
    for written in element.children {
      let threshold = Float(try written.required("threshold").number())
      let left = try link(written, "left_val", "left_node", &tree.leaves)
      let right = try link(written, "right_val", "right_node", &tree.leaves)
      tree.nodes.append(
        Node(feature: features.count, threshold: threshold, subset: [], left: left, right: right))
      features.append(
        try haarFeature(written.required("feature"), width: sides[0], height: sides[1]))
    }
    try check(tree, element, features: features.count)
    return tree
  }

  /// A link to a leaf, whose value is added to `leaves`, or to a node.
  private static func link(
    _ element: XMLElement, _ value: StaticString, _ node: StaticString, _ leaves: inout [Float]
  ) throws -> Int {
    guard let leaf = element.child(value) else {
      return try element.required(node).integer(in: 1...4096)
    }
    leaves.append(Float(try leaf.number()))
    return 1 - leaves.count
  }
}
