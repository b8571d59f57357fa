import Foundation
import TestSupport
import Testing

/// Debian's `ffmpeg` and `ffprobe`: they make test files, and say what is in a file.
enum Oracle {
  /// Runs a program and gives its standard output; a failure is a failed test with the program's words.
  @discardableResult
  static func run(_ program: String, _ arguments: [String]) throws -> String {
    let outcome = try Tool.run("/usr/bin/" + program, arguments)
    if outcome.status != 0 {
      Issue.record("\(program) \(arguments.joined(separator: " ")): \(outcome.errors)")
    }
    return outcome.text
  }

  /// Makes a file with `ffmpeg`, quietly and with the same bytes each time.
  static func ffmpeg(_ arguments: [String]) throws { try run("ffmpeg", ["-v", "error", "-y"] + arguments) }

  /// Lines of `ffprobe`'s compact output.
  static func probe(_ path: String, _ arguments: [String]) throws -> [String] {
    try run("ffprobe", ["-v", "error", "-of", "csv=p=0"] + arguments + [path])
      .split(separator: "\n").map(String.init)
  }

  /// Presentation times of the decoded frames, seconds, in order; nil where ffprobe has none.
  static func times(_ path: String) throws -> [Double?] {
    try probe(path, ["-select_streams", "v:0", "-show_entries", "frame=best_effort_timestamp_time"])
      .map { Double($0.split(separator: ",")[0]) }
  }

  /// A hash of each packet's payload of the streams `specifier`, in order.
  static func payloads(_ path: String, _ specifier: String) throws -> [String] {
    try run("ffmpeg", ["-v", "error", "-i", path, "-map", "0:\(specifier)", "-c", "copy", "-f", "framemd5", "-"])
      .split(separator: "\n").filter { !$0.hasPrefix("#") }
      .map { String($0.split(separator: ",")[5].trimmingCharacters(in: .whitespaces)) }
  }

  /// One entry of one stream, as ffprobe prints it.
  static func entry(_ path: String, _ stream: String, _ name: String) throws -> String {
    try probe(path, ["-select_streams", stream, "-show_entries", "stream=\(name)"]).first ?? ""
  }
}

/// The real clips.
enum Clips {
  static let all: [String] = {
    guard let folder = TestData.folder?.appendingPathComponent("videos").path else { return [] }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { !$0.hasSuffix(".md") }.sorted().map { folder + "/" + $0 }
  }()

  static func path(_ name: String) -> String { TestData.folder!.appendingPathComponent("videos/\(name)").path }
}
