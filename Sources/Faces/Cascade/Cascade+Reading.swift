import Foundation

extension Cascade {
  /// Reads an OpenCV cascade file of either generation; throws `CascadeError`.
  public init(contentsOf url: URL) throws {
    guard let data = try? Data(contentsOf: url) else {
      throw CascadeError.unreadable(path: url.path)
    }
    try self.init(xml: [UInt8](data))
  }

  /// Reads the text of an OpenCV cascade file of either generation; throws `CascadeError`.
  public init(xml: [UInt8]) throws {
    let tree = try XMLTree(xml)
    guard let root = tree.root.children.first else { throw CascadeError.notCascade }
    if root.attributes.contains("opencv-haar-classifier") {
      try self.init(firstGeneration: root)
    } else if root.child("stageType") != nil {
      try self.init(secondGeneration: root)
    } else {
      throw CascadeError.notCascade
    }
  }

  /// No side of a window is longer, so that offsets within an image stay within 32 bits.
  static let longestSide = 4096

  static func checked(_ rect: Rect, tilted: Bool, width: Int, height: Int, _ element: XMLElement)
    throws -> Rect
  {
    let (w, h) = (rect.width, rect.height)
    let left = tilted ? rect.x - h : rect.x
    let bottom = tilted ? rect.y + w + h : rect.y + h
    guard rect.x >= 0, rect.y >= 0, w >= 0, h >= 0, left >= 0, rect.x + w <= width, bottom <= height
    else {
      throw element.malformed
    }
    return rect
  }

  /// Reads a rectangle and the values behind it, checked to lie within the window.
  static func rect(_ element: XMLElement, values: [Double], tilted: Bool, width: Int, height: Int)
    throws -> Rect
  {
    let sides = try values.prefix(4).map { try element.whole($0, in: -longestSide...longestSide) }
    return try checked(
      Rect(x: sides[0], y: sides[1], width: sides[2], height: sides[3]), tilted: tilted,
      width: width, height: height,
      element)
  }

  /// Reads a Haar feature (`rects` and `tilted`; the same in both generations).
  static func haarFeature(_ element: XMLElement, width: Int, height: Int) throws -> HaarFeature {
    let tilted = try element.child("tilted").map { try $0.number() != 0 } ?? false
    let parts = try element.required("rects").children.map { part in
      let values = try part.numbers(5...5)
      let rect = try rect(part, values: values, tilted: tilted, width: width, height: height)
      return (rect: rect, weight: Float(values[4]))
    }
    guard (1...3).contains(parts.count) else { throw element.malformed }
    return HaarFeature(tilted: tilted, parts: parts)
  }

  /// Checks that a tree's links lead down and to leaves that are there.
  static func check(_ tree: Tree, _ element: XMLElement, features: Int) throws {
    guard !tree.nodes.isEmpty else { throw element.malformed }
    for (index, node) in tree.nodes.enumerated() {
      let links = [node.left, node.right].allSatisfy { link in
        link > 0 ? link > index && link < tree.nodes.count : -link < tree.leaves.count
      }
      guard links, node.feature < features else { throw element.malformed }
    }
  }
}
