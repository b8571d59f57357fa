import Foundation
import TestSupport
import Testing

/// Debian's `ffmpeg` and `ffprobe`: they make test files, and say what is in a file.
enum Oracle {
  /// Runs a program and gives its standard output; a failure is a failed test with the program's words.
  @discardableResult
  static func run(_ program: String, _ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/" + program)
    process.arguments = arguments
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let text = output.fileHandleForReading.readDataToEndOfFile()
    let complaint = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    if process.terminationStatus != 0 {
      Issue.record("\(program) \(arguments.joined(separator: " ")): \(String(decoding: complaint, as: UTF8.self))")
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Makes a file with `ffmpeg`, quietly and with the same bytes each time.
  static func ffmpeg(_ arguments: [String]) throws { try run("ffmpeg", ["-v", "error", "-y"] + arguments) }

  /// Lines of `ffprobe`'s compact output.
  static func probe(_ path: String, _ arguments: [String]) throws -> [String] {
    try run("ffprobe", ["-v", "error", "-of", "csv=p=0"] + arguments + [path])
      .split(separator: "\n").map(String.init)
  }

  /// Presentation times of the decoded pictures, seconds, in order; nil where ffprobe has none.
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

  /// When the first packet of sound is presented, seconds.
  static func firstSound(_ path: String) throws -> Double {
    let lines = try probe(
      path, ["-select_streams", "a:0", "-show_entries", "packet=pts_time", "-read_intervals", "%+2"])
    return Double(lines.first?.split(separator: ",").first ?? "") ?? .nan
  }

  /// One entry of one stream, as ffprobe prints it.
  static func entry(_ path: String, _ stream: String, _ name: String) throws -> String {
    try probe(path, ["-select_streams", stream, "-show_entries", "stream=\(name)"]).first ?? ""
  }
}

/// A folder that goes away with its owner.
final class Scratch {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("mien-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// What a file in it holds.
  func bytes(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path(name)))) }

  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
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
