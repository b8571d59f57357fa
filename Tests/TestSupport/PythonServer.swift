import Foundation

/// A script that serves on a port of this machine, until the value goes.
public final class PythonServer {
  /// Where it listens.
  public let port: Int
  private let process = Process()

  /// Starts the script in `file`, which prints its port first.
  public init(file: URL, _ arguments: [String]) throws {
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: Python.program)
    process.arguments = ["-B", file.path] + arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    try process.run()
    let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    guard let port = Int(line.trimmingCharacters(in: .whitespacesAndNewlines)) else {
      throw PythonFailure(message: "\(file.path) gave no port")
    }
    self.port = port
  }

  deinit {
    // Test runners may leave gentler signals blocked in their children.
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
  }
}
