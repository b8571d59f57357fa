/// Why a cascade file is refused.
public enum CascadeError: Error, Equatable, Sendable {
  /// Neither a file nor the name of a known cascade; `searched` are the folders looked in.
  case notFound(name: String, searched: [String])
  /// There, but it cannot be read.
  case unreadable(path: String)
  /// Not well-formed XML.
  case notXML(line: Int, fault: XMLFault)
  /// Well-formed, but not a cascade of either generation.
  case notCascade
  /// A cascade of a kind that is not evaluated (`HOG`, or an unknown stage type).
  case unsupported(kind: String)
  /// An element is missing from the element at `line`.
  case missing(element: String, line: Int)
  /// The contents of `element` at `line` are not what the format allows.
  case malformed(element: String, line: Int)
}

/// What is wrong with an XML text.
public enum XMLFault: String, Sendable {
  /// No element at all.
  case empty
  /// Text ends inside of a tag, a comment or an element.
  case truncated
  /// An end tag without its start tag.
  case unbalanced
  /// Elements nested deeper than any cascade's.
  case tooDeep
  /// A tag without a name, or a document type or CDATA section, which cascades do not have.
  case badTag
}
