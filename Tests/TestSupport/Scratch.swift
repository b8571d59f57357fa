import Foundation

/// A folder of its own for a test, removed when the value goes.
public final class Scratch {
  /// Where it is.
  public let folder: URL

  /// Creates the folder.
  public init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("mien-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// The file called `name` in it.
  public func file(_ name: String) -> URL { folder.appendingPathComponent(name) }
  /// The path of the file called `name` in it.
  public func path(_ name: String) -> String { file(name).path }
  /// Whether there is such a file.
  public func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }
  /// What the file called `name` holds.
  public func data(_ name: String) throws -> Data { try Data(contentsOf: file(name)) }
  /// The same as numbers.
  public func bytes(_ name: String) throws -> [UInt8] { [UInt8](try data(name)) }
  /// The same as text.
  public func text(_ name: String) throws -> String { String(decoding: try data(name), as: UTF8.self) }
  /// Names of all files in it, sorted.
  public var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()) ?? [] }
}

/// Raw little-endian floats in files: how tests and oracles exchange tensors.
public enum FloatFile {
  /// Writes `values`.
  public static func write(_ values: [Float], to url: URL) throws {
    try values.withUnsafeBytes { try Data($0).write(to: url) }
  }

  /// Reads all there is.
  public static func read(_ url: URL) throws -> [Float] {
    let data = try Data(contentsOf: url)
    return [Float](unsafeUninitializedCapacity: data.count / 4) { buffer, count in
      count = data.copyBytes(to: buffer) / 4
    }
  }
}
