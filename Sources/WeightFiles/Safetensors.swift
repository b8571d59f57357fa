import Foundation
import Networks

/// The safetensors format (huggingface.co/docs/safetensors): the header's length (8 bytes, little-endian), a JSON
/// object that gives each tensor's type, shape and place, then the tensors' bytes without holes.
enum Safetensors {
  /// Longest header that is read: enough for a hundred thousand tensors.
  static let longestHeader = 16 << 20

  /// A header begins with a plausible length and a brace.
  static func recognises(_ raw: UnsafeRawBufferPointer) -> Bool {
    raw.count >= 9 && raw[8] == UInt8(ascii: "{") && raw.loadUnaligned(as: UInt64.self) < 1 << 32
  }

  /// Reads all tensors; aligned `F32` are views of the file.
  static func read(_ file: FileBytes) throws(WeightProblem) -> WeightFile {
    let header = try header(file)
    let base = header.length + 8
    try checkPlaces(header.entries, in: file.raw.count - base)
    var weights = Weights(minimumCapacity: header.entries.count)
    for (name, entry) in header.entries {
      let bytes = try file.slice(base + entry.begin, entry.end - entry.begin, part: name)
      weights[name] = Tensor(shape: entry.shape, entry.type, in: bytes, of: file)
    }
    return WeightFile(weights: weights, metadata: header.metadata)
  }

  private static func header(_ file: FileBytes) throws(WeightProblem) -> Header {
    let length = try file.slice(0, 8, part: "header length").loadUnaligned(as: UInt64.self)
    guard length <= longestHeader else { throw .bomb(resource: "header bytes", limit: longestHeader) }
    let json = try file.slice(8, Int(length), part: "header")
    do {
      var header = try JSONDecoder().decode(Header.self, from: Data(json))
      header.length = Int(length)
      return header
    } catch let problem as WeightProblem {
      throw problem
    } catch {
      throw .malformed(part: "header", detail: "not the JSON of a safetensors header")
    }
  }

  /// Tensors lie one after the other from the first byte to the last.
  private static func checkPlaces(_ entries: [String: Entry], in size: Int) throws(WeightProblem) {
    var next = 0
    for (name, entry) in entries.sorted(by: { ($0.value.begin, $0.value.end) < ($1.value.begin, $1.value.end) }) {
      guard entry.begin == next else {
        throw .malformed(part: name, detail: "overlaps another tensor or leaves a hole")
      }
      next = entry.end
    }
    guard next <= size else { throw .truncated(part: "tensor data") }
    guard next == size else { throw .malformed(part: "tensor data", detail: "bytes that belong to no tensor") }
  }
}

extension Safetensors {
  /// One tensor of the header, checked by itself.
  struct Entry {
    var type: ElementType
    var shape: [Int]
    var begin: Int
    var end: Int

    fileprivate init(_ name: String, _ raw: RawEntry) throws(WeightProblem) {
      guard let type = ElementType(rawValue: raw.dtype) else {
        throw .unsupported(kind: "element type", name: raw.dtype)
      }
      guard raw.offsets.count == 2, raw.offsets[0] >= 0, raw.offsets[0] <= raw.offsets[1],
        let count = elementCount(raw.shape), count * type.size == raw.offsets[1] - raw.offsets[0]
      else { throw .malformed(part: name, detail: "shape and offsets disagree") }
      (self.type, shape, begin, end) = (type, raw.shape, raw.offsets[0], raw.offsets[1])
    }
  }

  fileprivate struct RawEntry: Decodable {
    var dtype: String
    var shape: [Int]
    var offsets: [Int]

    enum CodingKeys: String, CodingKey {
      case dtype, shape
      case offsets = "data_offsets"
    }
  }

  private struct Name: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  private struct Header: Decodable {
    var length = 0
    var entries: [String: Entry] = [:]
    var metadata: [String: String] = [:]

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Name.self)
      for key in container.allKeys {
        if key.stringValue == "__metadata__" {
          metadata = try container.decode([String: String].self, forKey: key)
        } else {
          entries[key.stringValue] = try Entry(key.stringValue, container.decode(RawEntry.self, forKey: key))
        }
      }
    }
  }
}
