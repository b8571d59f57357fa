import Core
import Foundation

extension WeightFile {
  /// Writes safetensors of `F32` at `path`, whole or not at all; the same contents give the same bytes.
  /// Tensors come in order of their names.
  public func write(safetensors path: String) throws(WeightFileError) {
    try naming(path) { () throws(WeightProblem) in
      do throws(FileProblem) { try writeSafetensors(path) } catch { throw .cannotWrite(errno: error.code) }
    }
  }

  private func writeSafetensors(_ path: String) throws(FileProblem) {
    let file = try PendingFile(path, replaces: true)
    try file.write(Safetensors.header(of: self))
    for (_, tensor) in weights.sorted(by: { $0.key < $1.key }) {
      try file.write(UnsafeRawBufferPointer(tensor.elements))
    }
    try file.commit()
  }
}

extension Safetensors {
  /// Length and JSON of the header, padded with spaces so that tensors are aligned to 8 bytes.
  fileprivate static func header(of file: WeightFile) -> [UInt8] {
    var fields = file.metadata.isEmpty ? [] : ["\"__metadata__\":\(json(file.metadata))"]
    var offset = 0
    for (name, tensor) in file.weights.sorted(by: { $0.key < $1.key }) {
      let end = offset + tensor.count * 4
      fields.append(
        "\(json(name)):{\"dtype\":\"F32\",\"shape\":\(json(tensor.shape)),\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var text = Array("{\(fields.joined(separator: ","))}".utf8)
    text += repeatElement(UInt8(ascii: " "), count: (8 - text.count % 8) % 8)
    return withUnsafeBytes(of: UInt64(text.count).littleEndian, Array.init) + text
  }

  private static func json(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Strings, integers and dictionaries of strings always encode.
    return String(decoding: try! encoder.encode(value), as: UTF8.self)
  }
}
