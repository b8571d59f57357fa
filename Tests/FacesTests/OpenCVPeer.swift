import Foundation
import TestSupport

/// Debian's OpenCV, asked through Python: the oracle of the cascade tests.
enum OpenCVPeer {
  static let python = "/usr/bin/python3"
  static let cascades = URL(fileURLWithPath: "/usr/share/opencv4")
  /// Said by tests that skip for want of it.
  static let missing = "skipped: no python3-opencv or opencv-data"

  static let isThere =
    FileManager.default.fileExists(atPath: cascades.path) && (try? run("import cv2", [])) != nil

  struct Failed: Error {}

  /// What a script prints.
  static func run(_ script: String, _ arguments: [String]) throws -> Data {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: python)
    process.arguments = ["-c", script] + arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failed() }
    return data
  }

  /// Numbers that a script prints, by line.
  static func lines(_ script: String, _ arguments: [String]) throws -> [[Double]] {
    String(decoding: try run(script, arguments), as: UTF8.self).split(separator: "\n").map { line in
      line.split(separator: " ").compactMap { Double($0) }
    }
  }
}
