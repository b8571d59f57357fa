import Foundation

/// Where test data is: `MIEN_DATA`, by default `../shared/data` from the package's root.
public enum TestData {
  /// The folder, or nil where it is absent: tests then skip (`.enabled(if: TestData.folder != nil, …)`).
  public static let folder: URL? = {
    let named = ProcessInfo.processInfo.environment["MIEN_DATA"].map { URL(fileURLWithPath: $0) }
    let folder = named ?? packageRoot.appendingPathComponent("../shared/data").standardizedFileURL
    return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
  }()

  /// Said by every test that skips for want of data.
  public static let missing = "skipped: no test data (set MIEN_DATA)"

  /// The package's root folder.
  public static let packageRoot = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
}
