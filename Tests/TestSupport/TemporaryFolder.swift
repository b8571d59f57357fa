import Foundation

/// A folder of its own for a test, removed when the value goes.
public final class TemporaryFolder {
  /// Where it is.
  public let url: URL

  /// Creates the folder.
  public init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("mien-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// The file called `name` in it.
  public func file(_ name: String) -> URL { url.appendingPathComponent(name) }
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
