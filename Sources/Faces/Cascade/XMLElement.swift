import Foundation

/// One element of an `XMLTree`: its children, attributes and numbers.
struct XMLElement {
  let tree: XMLTree
  let index: Int

  private var node: XMLTree.Node { tree.nodes[index] }
  var line: Int { node.line }
  var name: String { text(node.name) }
  /// What stands between the tags, without blanks at its ends.
  var text: String { text(node.content).trimmingCharacters(in: .whitespacesAndNewlines) }

  /// The attributes as written: ` type_id="opencv-haar-classifier"`.
  var attributes: String { text(node.attributes) }

  var children: [XMLElement] {
    var found: [XMLElement] = []
    var next = node.firstChild
    while let index = next {
      found.append(XMLElement(tree: tree, index: index))
      next = tree.nodes[index].nextSibling
    }
    return found
  }

  func child(_ name: StaticString) -> XMLElement? {
    var next = node.firstChild
    while let index = next {
      let child = XMLElement(tree: tree, index: index)
      if child.isNamed(name) { return child }
      next = tree.nodes[index].nextSibling
    }
    return nil
  }

  /// The child of that name; throws `CascadeError.missing`.
  func required(_ name: StaticString) throws -> XMLElement {
    guard let child = child(name) else {
      throw CascadeError.missing(element: "\(name)", line: line)
    }
    return child
  }

  private func isNamed(_ name: StaticString) -> Bool {
    name.withUTF8Buffer { wanted in
      wanted.count == node.name.count
        && wanted.indices.allSatisfy { tree.bytes[node.name.lowerBound + $0] == wanted[$0] }
    }
  }

  private func text(_ range: Range<Int>) -> String {
    String(decoding: tree.bytes[range], as: UTF8.self)
  }

  var malformed: CascadeError { .malformed(element: name, line: line) }

  /// The numbers between the tags, blank-separated; comments are blanks. Throws `CascadeError.malformed`.
  func numbers(_ count: ClosedRange<Int>) throws -> [Double] {
    var scanner = NumberScanner(bytes: tree.bytes, range: node.content)
    var values: [Double] = []
    while let value = scanner.next() { values.append(value) }
    guard scanner.atEnd, count.contains(values.count) else { throw malformed }
    return values
  }

  /// The one number between the tags.
  func number() throws -> Double { try numbers(1...1)[0] }

  /// The one whole number between the tags, within `range`.
  func integer(in range: ClosedRange<Int>) throws -> Int { try whole(number(), in: range) }

  /// `value` as a whole number within `range`; throws `CascadeError.malformed`.
  func whole(_ value: Double, in range: ClosedRange<Int>) throws -> Int {
    guard let whole = Int(exactly: value), range.contains(whole) else { throw malformed }
    return whole
  }
}

/// Reads decimal numbers out of bytes, independent of the locale.
///
/// Up to 18 digits are kept and scaled by a power of ten: at most one unit in the last place from the nearest double,
/// so exact for the floats that cascades hold.
private struct NumberScanner {
  let bytes: [UInt8]
  var at: Int
  let end: Int

  init(bytes: [UInt8], range: Range<Int>) {
    self.bytes = bytes
    at = range.lowerBound
    end = range.upperBound
  }

  /// Whether nothing but blanks was left when `next` returned nil.
  var atEnd: Bool { at >= end }

  mutating func next() -> Double? {
    skipBlanks()
    let start = at
    let negative = take("-")
    if !negative { _ = take("+") }
    guard let (mantissa, scale) = digits() else {
      at = start
      return nil
    }
    guard at >= end || bytes[at] <= 32 || bytes[at] == UInt8(ascii: "<") else {
      at = start
      return nil
    }
    let value = scale < 0 ? Double(mantissa) / power(-scale) : Double(mantissa) * power(scale)
    return negative ? -value : value
  }

  private mutating func skipBlanks() {
    while at < end {
      if bytes[at] == UInt8(ascii: "<") {
        skipComment()
      } else if bytes[at] <= 32 {
        at += 1
      } else {
        return
      }
    }
  }

  /// Content holds comments and elements alone behind a `<`; an element ends the numbers.
  private mutating func skipComment() {
    guard at + 1 < end, bytes[at + 1] == UInt8(ascii: "!") else {
      at = end + 1
      return
    }
    while at < end, bytes[at] != UInt8(ascii: ">") { at += 1 }
    at += 1
  }

  private mutating func take(_ sign: Unicode.Scalar) -> Bool {
    guard at < end, bytes[at] == UInt8(ascii: sign) else { return false }
    at += 1
    return true
  }

  private mutating func digits() -> (UInt64, Int)? {
    var mantissa: UInt64 = 0
    var scale = 0
    let whole = readDigits(&mantissa, &scale, fraction: false)
    let fraction = take(".") ? readDigits(&mantissa, &scale, fraction: true) : 0
    guard whole + fraction > 0 else { return nil }
    guard take("e") || take("E") else { return (mantissa, scale) }
    return exponent().map { (mantissa, scale + $0) }
  }

  private mutating func readDigits(_ mantissa: inout UInt64, _ scale: inout Int, fraction: Bool)
    -> Int
  {
    let start = at
    while at < end, bytes[at] >= 48, bytes[at] <= 57 {
      if mantissa < 100_000_000_000_000_000 {
        mantissa = mantissa * 10 + UInt64(bytes[at] - 48)
        if fraction { scale -= 1 }
      } else if !fraction {
        scale += 1
      }
      at += 1
    }
    return at - start
  }

  private mutating func exponent() -> Int? {
    let negative = take("-")
    if !negative { _ = take("+") }
    var value: UInt64 = 0
    var scale = 0
    guard readDigits(&value, &scale, fraction: false) > 0, value < 400 else { return nil }
    return negative ? -Int(value) : Int(value)
  }

  private func power(_ exponent: Int) -> Double {
    exponent < Self.powers.count ? Self.powers[exponent] : pow(10, Double(exponent))
  }

  /// Powers of ten that doubles hold exactly.
  private static let powers = (0...22).reduce(into: [Double]()) {
    $0.append($1 == 0 ? 1 : $0[$1 - 1] * 10)
  }
}
