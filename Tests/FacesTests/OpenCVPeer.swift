import Foundation
import TestSupport

/// Debian's OpenCV, asked through Python: the oracle of the cascade tests.
enum OpenCVPeer {
  static let cascades = URL(fileURLWithPath: "/usr/share/opencv4")
  /// Said by tests that skip for want of it.
  static let missing = "skipped: no python3-opencv or opencv-data"

  static let isThere =
    FileManager.default.fileExists(atPath: cascades.path) && Python.has("cv2")

  /// Numbers that a script prints, by line.
  static func lines(_ script: String, _ arguments: [String]) throws -> [[Double]] {
    String(decoding: try Python.run(script, arguments), as: UTF8.self).split(separator: "\n").map { line in
      line.split(separator: " ").compactMap { Double($0) }
    }
  }
}
