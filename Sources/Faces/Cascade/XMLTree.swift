import Networks

/// The elements of an XML text, in document order: as much of XML as OpenCV's file storage writes
/// (elements, attributes, comments, processing instructions; no entities, CDATA or document type).
struct XMLTree {
  /// One element. Indices are into `nodes`.
  struct Node {
    var name: Range<Int>
    var attributes: Range<Int>
    var content: Range<Int>
    var line: Int
    var firstChild: Int?
    var nextSibling: Int?
  }

  private(set) var nodes: [Node] = []
  let bytes: [UInt8]

  static let deepest = 64

  /// Reads `bytes`; throws `CascadeError.notXML`.
  init(_ bytes: [UInt8]) throws {
    self.bytes = bytes
    var reader = Reader(bytes: bytes)
    nodes = try bytes.withUnsafeBufferPointer { try reader.read($0) }
  }

  var root: XMLElement { XMLElement(tree: self, index: 0) }
}

extension XMLTree {
  /// Walks over the bytes once and links the elements.
  private struct Reader {
    let bytes: [UInt8]
    var nodes: [Node] = []
    var open: [Int] = []
    var lastChild: [Int?] = [nil]
    var at = 0
    var line = 1

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func read(_ text: UnsafeBufferPointer<UInt8>) throws -> [Node] {
      while skipText(text) { try readTag(text) }
      guard open.isEmpty else { throw fault(.truncated) }
      guard !nodes.isEmpty else { throw fault(.empty) }
      return nodes
    }

    /// Moves behind the next `<`; false at the end.
    private mutating func skipText(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
      while at < text.count {
        let byte = text[at]
        at += 1
        if byte == UInt8(ascii: "<") { return true }
        if byte == UInt8(ascii: "\n") { line += 1 }
      }
      return false
    }

    private mutating func readTag(_ text: UnsafeBufferPointer<UInt8>) throws {
      guard at < text.count else { throw fault(.truncated) }
      switch text[at] {
      case UInt8(ascii: "?"): try skip(past: [UInt8(ascii: "?"), UInt8(ascii: ">")], text)
      case UInt8(ascii: "!"): try readComment(text)
      case UInt8(ascii: "/"): try readEnd(text)
      default: try readStart(text)
      }
    }

    private mutating func readComment(_ text: UnsafeBufferPointer<UInt8>) throws {
      let dash = UInt8(ascii: "-")
      guard at + 2 < text.count, text[at + 1] == dash, text[at + 2] == dash else {
        throw fault(.badTag)
      }
      at += 3
      try skip(past: [dash, dash, UInt8(ascii: ">")], text)
    }

    private mutating func skip(past mark: [UInt8], _ text: UnsafeBufferPointer<UInt8>) throws {
      while at + mark.count <= text.count {
        if mark.indices.allSatisfy({ text[at + $0] == mark[$0] }) {
          at += mark.count
          return
        }
        if text[at] == UInt8(ascii: "\n") { line += 1 }
        at += 1
      }
      throw fault(.truncated)
    }

    private mutating func readEnd(_ text: UnsafeBufferPointer<UInt8>) throws {
      guard let index = open.popLast() else { throw fault(.unbalanced) }
      lastChild.removeLast()
      nodes[index].content = nodes[index].content.lowerBound..<(at - 1)
      let name = nodes[index].name
      let matches =
        at + 1 + name.count < text.count
        && name.allSatisfy { text[$0] == text[at + 1 + $0 - name.lowerBound] }
      guard matches else { throw fault(.unbalanced) }
      try skip(past: [UInt8(ascii: ">")], text)
    }

    private mutating func readStart(_ text: UnsafeBufferPointer<UInt8>) throws {
      let start = at
      while at < text.count, !endsName(text[at]) { at += 1 }
      let name = start..<at
      guard !name.isEmpty else { throw fault(.badTag) }
      let startLine = line
      try skip(past: [UInt8(ascii: ">")], text)
      let closed = text[at - 2] == UInt8(ascii: "/")
      try append(
        Node(name: name, attributes: name.upperBound..<(at - 1), content: at..<at, line: startLine),
        closed)
    }

    private func endsName(_ byte: UInt8) -> Bool {
      byte <= UInt8(ascii: " ") || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "/")
        || byte == UInt8(ascii: "<")
    }

    private mutating func append(_ node: Node, _ closed: Bool) throws {
      let index = nodes.count
      nodes.append(node)
      if let before = lastChild[open.count] {
        nodes[before].nextSibling = index
      } else if let parent = open.last {
        nodes[parent].firstChild = index
      }
      lastChild[open.count] = index
      guard !closed else { return }
      open.append(index)
      lastChild.append(nil)
      guard open.count <= XMLTree.deepest else { throw fault(.tooDeep) }
    }

    private func fault(_ fault: XMLFault) -> CascadeError { .notXML(line: line, fault: fault) }
  }
}
