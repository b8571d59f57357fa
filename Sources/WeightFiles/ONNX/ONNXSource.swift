import Foundation
import Networks

/// Where an ONNX network's bytes are: its file, and files of weights beside it.
final class ONNXSource {
  /// The file.
  let file: FileBytes
  /// Height and width where the file leaves them open.
  let size: Extent?
  private var beside: [String: FileBytes] = [:]
  /// Bytes of all files that were opened.
  private(set) var bytes: Int

  /// The network in `file`.
  init(_ file: FileBytes, size: Extent? = nil) {
    self.file = file
    self.size = size
    bytes = file.raw.count
  }

  /// What copies of elements may still take: a file may name the same bytes many times.
  private var budget = 16 << 20

  /// Counts `bytes` of copies.
  func spend(_ bytes: Int) throws(WeightProblem) {
    budget -= bytes
    guard budget + 8 * self.bytes >= 0 else {
      throw .bomb(resource: "bytes of copied tensors", limit: 8 * self.bytes + (16 << 20))
    }
  }

  /// The bytes of a tensor that lies in a file of its own, in the same folder: no other place is opened, through no
  /// link.
  func external(
    _ place: [String: String], count: Int, part: String
  ) throws(WeightProblem) -> (bytes: UnsafeRawBufferPointer, owner: FileBytes) {
    guard let name = place["location"], !name.isEmpty, !name.contains("/"), !name.contains("\0"), name != "..",
      name != "."
    else { throw .outside(file: place["location"] ?? "") }
    guard let offset = Int(place["offset"] ?? "0"), let length = Int(place["length"] ?? String(count)), length == count
    else { throw .malformed(part: part, detail: "offset and length that do not fit its dimensions") }
    let owner = try open(name)
    return (try owner.slice(offset, count, part: part), owner)
  }

  private func open(_ name: String) throws(WeightProblem) -> FileBytes {
    if let known = beside[name] { return known }
    guard let path = file.path else { throw .missingBeside(file: name) }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    let opened: FileBytes
    do { opened = try FileBytes(path: folder.appendingPathComponent(name).path, followsLinks: false) } catch {
      if case .cannotOpen(ELOOP) = error { throw .outside(file: name) }
      throw .missingBeside(file: name)
    }
    beside[name] = opened
    bytes += opened.raw.count
    return opened
  }
}
