import Foundation

/// Writes TensorBoard's event files: TFRecord frames (length, masked CRC-32C of it, payload, masked CRC-32C of it) around
/// `Event` protocol buffers with one scalar summary each.
final class EventWriter {
  private let handle: FileHandle
  private let path: String

  /// A new file in `folder` whose name TensorBoard knows; `suffix` tells runs within one second apart.
  init(folder: String, suffix: String) throws(RunError) {
    try makeFolder(folder)
    path = "\(folder)/\(Self.beginning)\(Int(Date().timeIntervalSince1970)).\(suffix)"
    guard FileManager.default.createFile(atPath: path, contents: nil), let handle = FileHandle(forWritingAtPath: path)
    else { throw .unwritable(file: path) }
    self.handle = handle
    try write(Self.event(step: nil) { $0.field(3, Data("brain.Event:2".utf8)) })
  }

  deinit { try? handle.close() }

  private static let beginning = "events.out.tfevents."

  /// The files that runs of Mien left in `folder`.
  static func files(in folder: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasPrefix(beginning) && $0.contains(".mien.") }.map { folder + "/" + $0 }
  }

  /// Adds one value of the curve `tag`.
  func scalar(_ tag: String, _ value: Double, step: Int) throws(RunError) {
    var entry = ProtobufWriter()
    entry.field(1, Data(tag.utf8))
    entry.field(2, Float(value))
    var summary = ProtobufWriter()
    summary.field(1, entry.bytes)
    try write(Self.event(step: step) { $0.field(5, summary.bytes) })
  }

  private static func event(step: Int?, _ fill: (inout ProtobufWriter) -> Void) -> Data {
    var event = ProtobufWriter()
    event.field(1, Date().timeIntervalSince1970)
    if let step { event.field(2, step) }
    fill(&event)
    return event.bytes
  }

  private func write(_ payload: Data) throws(RunError) {
    var frame = Data()
    frame.append(littleEndian: UInt64(payload.count))
    frame.append(littleEndian: CRC32C.masked(frame))
    frame += payload
    frame.append(littleEndian: CRC32C.masked(payload))
    do { try handle.write(contentsOf: frame) } catch { throw .unwritable(file: path) }
  }
}

/// The few kinds of protocol-buffer fields that event files need.
struct ProtobufWriter {
  private(set) var bytes = Data()

  mutating func field(_ number: Int, _ value: Double) {
    varint(number << 3 | 1)
    bytes.append(littleEndian: value.bitPattern)
  }

  mutating func field(_ number: Int, _ value: Float) {
    varint(number << 3 | 5)
    bytes.append(littleEndian: value.bitPattern)
  }

  mutating func field(_ number: Int, _ value: Int) {
    varint(number << 3)
    varint(value)
  }

  mutating func field(_ number: Int, _ value: Data) {
    varint(number << 3 | 2)
    varint(value.count)
    bytes += value
  }

  private mutating func varint(_ value: Int) {
    var rest = UInt64(bitPattern: Int64(value))
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}

/// Castagnoli's CRC, polynomial 0x1EDC6F41 reflected.
enum CRC32C {
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0x82F6_3B78 : crc >> 1 }
  }

  /// TFRecord's form: rotated by 15 bits, a constant added.
  static func masked(_ bytes: Data) -> UInt32 {
    let crc = ~bytes.reduce(~UInt32(0)) { table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] ^ $0 >> 8 }
    return (crc >> 15 | crc << 17) &+ 0xA282_EAD8
  }
}

extension Data {
  mutating func append(littleEndian value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
  }
}
