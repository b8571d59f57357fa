import Kernels

/// A cascade laid out for one layout of integral planes.
enum CompiledCascade {
  case haar(CascadeProgram, HaarFeatures)
  case lbp(CascadeProgram, LBPFeatures)

  init(_ cascade: Cascade, _ layout: IntegralLayout) {
    let program = CascadeProgram(cascade)
    let nodes = cascade.stages.flatMap(\.trees).flatMap(\.nodes)
    switch cascade.features {
    case .haar(let features):
      let window = Cascade.Rect(
        x: 0, y: 0, width: cascade.windowWidth, height: cascade.windowHeight)
      self = .haar(program, HaarFeatures(nodes, features, window: window, layout))
    case .lbp(let features):
      self = .lbp(program, LBPFeatures(nodes, features, layout))
    }
  }
}

extension CascadeProgram {
  init(_ cascade: Cascade) {
    self.init()
    for stage in cascade.stages {
      addStage(
        threshold: stage.threshold,
        trees: stage.trees.map { tree in
          (links: tree.nodes.map { Link(left: $0.left, right: $0.right) }, leaves: tree.leaves)
        })
    }
  }
}

extension IntegralLayout {
  /// The four corners of a rectangle; pixels within sum to first - second - third + last.
  fileprivate func corners(_ rect: Cascade.Rect, plane: Int) -> [Int32] {
    let (x, y, w, h) = (rect.x, rect.y, rect.width, rect.height)
    let points =
      plane == 2
      ? [(x, y), (x - h, y + h), (x + w, y + w), (x + w - h, y + w + h)]
      : [(x, y), (x + w, y), (x, y + h), (x + w, y + h)]
    return points.map { Int32(offset(x: $0.0, y: $0.1, plane: plane)) }
  }
}

extension HaarFeatures {
  fileprivate init(
    _ nodes: [Cascade.Node], _ features: [Cascade.HaarFeature], window: Cascade.Rect,
    _ layout: IntegralLayout
  ) {
    // The contrast is measured without the window's outermost pixels.
    let rect = Cascade.Rect(x: 1, y: 1, width: window.width - 2, height: window.height - 2)
    let frame = layout.corners(rect, plane: 0) + layout.corners(rect, plane: 1)
    self.init(
      frame: frame, area: rect.width * rect.height, windowArea: window.width * window.height)
    for node in nodes { add(features[node.feature], layout) }
    thresholds = nodes.map(\.threshold)
  }

  private mutating func add(_ feature: Cascade.HaarFeature, _ layout: IntegralLayout) {
    for index in 0..<3 {
      let part =
        index < feature.parts.count
        ? feature.parts[index] : (Cascade.Rect(x: 0, y: 0, width: 0, height: 0), 0)
      corners += layout.corners(part.0, plane: feature.tilted ? 2 : 0)
      weights.append(part.1)
    }
  }
}

extension LBPFeatures {
  fileprivate init(_ nodes: [Cascade.Node], _ features: [Cascade.Rect], _ layout: IntegralLayout) {
    self.init()
    for node in nodes {
      let block = features[node.feature]
      for index in 0..<16 {
        let (x, y) = (block.x + index % 4 * block.width, block.y + index / 4 * block.height)
        corners.append(Int32(layout.offset(x: x, y: y)))
      }
      subsets += node.subset
    }
  }
}
