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
  }

  /// Runs the program at `path` with nothing on its standard input.
  public static func run(_ path: String, _ arguments: [String], in folder: URL? = nil) throws -> Outcome {
    let process = Process()
    let (output, errors) = (Pipe(), Pipe())
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    if let folder { process.currentDirectoryURL = folder }
    process.standardInput = FileHandle.nullDevice
    (process.standardOutput, process.standardError) = (output, errors)
    try process.run()
    let reader = PipeReader(errors)
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Outcome(status: process.terminationStatus, output: data, errors: reader.text())
  }
}

/// Empties a pipe while another is read, so that neither fills.
/// `@unchecked Sendable`: `data` is written before `done` is signalled and read after that alone.
private final class PipeReader: @unchecked Sendable {
  private var data = Data()
  private let done = DispatchSemaphore(value: 0)

  init(_ pipe: Pipe) {
    Thread.detachNewThread {
      self.data = pipe.fileHandleForReading.readDataToEndOfFile()
      self.done.signal()
    }
  }

  func text() -> String {
    done.wait()
    return String(decoding: data, as: UTF8.self)
  }
}
