import Networks

extension Cascade {
  /// Reads `<cascade type_id="opencv-cascade-classifier">` (OpenCV 2.3 and later, `opencv_traincascade`).
  init(secondGeneration root: XMLElement) throws {
    let stageType = try root.required("stageType").text
    guard stageType == "BOOST" else { throw CascadeError.unsupported(kind: stageType) }
    windowWidth = try root.required("width").integer(in: 3...Self.longestSide)
    windowHeight = try root.required("height").integer(in: 3...Self.longestSide)
    features = try Self.features(root, width: windowWidth, height: windowHeight)
    let categories =
      try root.child("featureParams")?.child("maxCatCount")?.integer(in: 0...256) ?? 0
    let form = try NodeForm(features: features, categories: categories, root)
    stages = try root.required("stages").children.map { try Self.stage($0, form) }
    guard !stages.isEmpty else { throw CascadeError.missing(element: "stages", line: root.line) }
  }

  /// How a node is written: links, feature, and a threshold or a subset of `words` 32-bit words.
  private struct NodeForm {
    let featureCount: Int
    let words: Int
    var length: Int { 3 + max(words, 1) }

    init(features: Features, categories: Int, _ root: XMLElement) throws {
      switch features {
      case .haar(let list): (featureCount, words) = (list.count, 0)
      case .lbp(let list): (featureCount, words) = (list.count, 8)
      }
      guard categories == words * 32 else { throw root.malformed }
    }
  }

  private static func features(_ root: XMLElement, width: Int, height: Int) throws -> Features {
    let list = try root.required("features").children
    let kind = try root.required("featureType").text
    switch kind {
    case "HAAR": return .haar(try list.map { try haarFeature($0, width: width, height: height) })
    case "LBP": return .lbp(try list.map { try lbpFeature($0, width: width, height: height) })
    default: throw CascadeError.unsupported(kind: kind)
    }
  }

  private static func lbpFeature(_ element: XMLElement, width: Int, height: Int) throws -> Rect {
    let written = try element.required("rect")
    let block = try rect(
      written, values: written.numbers(4...4), tilted: false, width: width, height: height)
    let all = Rect(x: block.x, y: block.y, width: block.width * 3, height: block.height * 3)
    _ = try checked(all, tilted: false, width: width, height: height, written)
    return block
  }

  private static func stage(_ element: XMLElement, _ form: NodeForm) throws -> Stage {
    let threshold = try Float(element.required("stageThreshold").number()) - thresholdSlack
    let trees = try element.required("weakClassifiers").children.map { try tree($0, form) }
    guard !trees.isEmpty else { throw element.malformed }
    return Stage(threshold: threshold, trees: trees)
  }

  private static func tree(_ element: XMLElement, _ form: NodeForm) throws -> Tree {
    let written = try element.required("internalNodes")
    let values = try written.numbers(form.length...4096)
    guard values.count % form.length == 0 else { throw written.malformed }
    let nodes = try stride(from: 0, to: values.count, by: form.length).map { start in
      try node(written, Array(values[start..<(start + form.length)]), form)
    }
    let leaves = try element.required("leafValues").numbers(1...4096).map { Float($0) }
    let tree = Tree(nodes: nodes, leaves: leaves)
    try check(tree, element, features: form.featureCount)
    return tree
  }

  private static func node(_ element: XMLElement, _ values: [Double], _ form: NodeForm) throws
    -> Node
  {
    let subset = try values[3...].prefix(form.words).map {
      UInt32(bitPattern: Int32(try element.whole($0, in: Int(Int32.min)...Int(Int32.max))))
    }
    return Node(
      feature: try element.whole(values[2], in: 0...Int(Int32.max)),
      threshold: form.words == 0 ? Float(values[3]) : 0, subset: subset,
      left: try element.whole(values[0], in: -4096...4096),
      right: try element.whole(values[1], in: -4096...4096))
  }
}
