import Foundation

/// Another program, run to its end: oracles and makers of test files.
public enum Tool {
  /// What it left.
  public struct Outcome: Sendable {
    /// Exit status.
    public var status: Int32
    /// Its standard output.
    public var output: Data
    /// Its standard error.
    public var errors: String
    /// Its standard output as text.
    public var text: String { String(decoding: output, as: UTF8.self) }
    /// Lines of its standard output.
    public var lines: [Substring] { text.split(separator: "\n") }
    /// Lines of its standard error.
    public var complaints: [Substring] { errors.split(separator: "\n") }
  }

  /// A program under way, whose output goes to files.
  public struct Running {
    /// The program.
    public let process: ChildProcess
    /// The file of its standard output.
    public let output: URL
    /// The file of its standard error.
    public let errors: URL

    /// Lines on its standard output until now.
    public func rowsSoFar() throws -> Int { try Data(contentsOf: output).count { $0 == 10 } }

    /// Lines on its standard error until now.
    public func complaintsSoFar() throws -> String { String(decoding: try Data(contentsOf: errors), as: UTF8.self) }

    /// Waits for its end and takes the files away.
    public func wait() throws -> Outcome {
      let status = process.wait()
      defer { for file in [output, errors] { try? FileManager.default.removeItem(at: file) } }
      return Outcome(status: status, output: try Data(contentsOf: output), errors: try complaintsSoFar())
    }
  }

  /// Runs the program at `path` with nothing on its standard input.
  @discardableResult
  public static func run(_ path: String, _ arguments: [String], in folder: URL? = nil) throws -> Outcome {
    try start(path, arguments, in: folder).wait()
  }

  /// The same without waiting for its end.
  public static func start(_ path: String, _ arguments: [String], in folder: URL? = nil) throws -> Running {
    let files = ["out", "err"].map { FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).\($0)") }
    let process = try ChildProcess(path, arguments, in: folder, output: files[0].path, errors: files[1].path)
    return Running(process: process, output: files[0], errors: files[1])
  }
}
