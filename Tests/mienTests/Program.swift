import Foundation
import TestSupport

/// The real program and its helpers, run as people run them.
enum Program {
  /// The `mien` that was built with the tests: `MIEN_PROGRAM`, else the one in the release folder.
  static let path =
    ProcessInfo.processInfo.environment["MIEN_PROGRAM"]
    ?? TestData.packageRoot.appendingPathComponent(".build/release/mien").path

  typealias Outcome = Tool.Outcome
  typealias Running = Tool.Running

  /// Runs `mien` to its end.
  @discardableResult
  static func mien(_ arguments: String..., in folder: URL? = nil) throws -> Outcome {
    try run(path, arguments, in: folder)
  }

  /// Runs any program to its end.
  @discardableResult
  static func run(_ program: String, _ arguments: [String], in folder: URL? = nil) throws -> Outcome {
    try Tool.run(program, arguments, in: folder)
  }

  /// Any program under way.
  static func start(_ program: String, _ arguments: [String], in folder: URL? = nil) throws -> Running {
    try Tool.start(program, arguments, in: folder)
  }
}

extension Scratch {
  /// A short clip that FFmpeg makes: a moving test card with sound.
  func makeClip(_ name: String, seconds: Double = 2, size: String = "320x240", codec: [String] = []) throws -> String {
    let arguments = [
      "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=\(size):rate=25:duration=\(seconds)", "-f", "lavfi", "-i",
      "sine=frequency=440:duration=\(seconds)", "-shortest",
    ]
    let outcome = try Program.run("/usr/bin/ffmpeg", arguments + codec + [path(name)])
    guard outcome.status == 0 else { throw ClipError(words: outcome.errors) }
    return path(name)
  }
}

struct ClipError: Error { var words: String }

/// What FFmpeg's own prober says of a file.
enum Probe {
  static let isThere = FileManager.default.fileExists(atPath: "/usr/bin/ffprobe")
  static let missing = "skipped: no ffmpeg (Debian's package ffmpeg)"

  /// Presentation times of all frames, seconds, sorted.
  static func times(_ path: String) throws -> [Double] { try frames(path).compactMap { $0 }.sorted() }

  /// Presentation times of all frames in order, seconds; nil where AVI leaves even ffprobe guessing.
  static func frames(_ path: String) throws -> [Double?] {
    try lines(["-select_streams", "v:0", "-show_entries", "frame=best_effort_timestamp_time", path])
      .map { Double($0.split(separator: ",")[0]) }
  }

  /// Hash of the packets of the sound as they are; empty without sound.
  static func soundHash(_ path: String) throws -> String {
    let outcome = try Program.run(
      "/usr/bin/ffmpeg",
      ["-v", "error", "-i", path, "-map", "0:a?", "-vn", "-sn", "-c", "copy", "-f", "streamhash", "-"])
    return String(decoding: outcome.output, as: UTF8.self)
  }

  /// When the first packet of sound is presented, seconds; nil without sound.
  static func firstSound(_ path: String) throws -> Double? {
    try lines(["-select_streams", "a:0", "-show_entries", "packet=pts_time", "-read_intervals", "%+2", path])
      .first.flatMap { Double($0.split(separator: ",")[0]) }
  }

  /// `width,height` of the first video stream, and its rotation, if any.
  static func shape(_ path: String) throws -> String {
    try lines(["-select_streams", "v:0", "-show_entries", "stream=width,height:stream_side_data=rotation", path])
      .joined(separator: ",")
  }

  /// What each stream is: `video`, `audio`, `attachment`, …
  static func kinds(_ path: String) throws -> [String] { try lines(["-show_entries", "stream=codec_type", path]) }

  private static func lines(_ arguments: [String]) throws -> [String] {
    let outcome = try Program.run("/usr/bin/ffprobe", ["-v", "error", "-of", "csv=p=0"] + arguments)
    return outcome.lines.map(String.init)
  }
}
