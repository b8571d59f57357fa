import Foundation

/// A script that serves on a port of this machine, until the value goes.
public final class PythonServer {
  /// Where it listens.
  public let port: Int
  private let running: Tool.Running

  /// Starts the script in `file`, which prints its port first.
  public convenience init(file: URL, _ arguments: [String]) throws {
    try self.init(words: ["-B", file.path] + arguments)
  }

  /// Starts `script`, which prints its port first.
  public convenience init(script: String, _ arguments: [String] = []) throws {
    try self.init(words: ["-c", script] + arguments)
  }

  private init(words: [String]) throws {
    let running = try Tool.start(Python.program, words)
    for _ in 0..<1200 where try running.rowsSoFar() == 0 && running.process.isRunning { usleep(50_000) }
    let text = String(decoding: try Data(contentsOf: running.output), as: UTF8.self)
    guard let port = text.split(separator: "\n").first.flatMap({ Int($0) }) else {
      throw PythonFailure(message: "\(words) gave no port")
    }
    (self.port, self.running) = (port, running)
  }

  deinit {
    running.process.stop()
    for file in [running.output, running.errors] { try? FileManager.default.removeItem(at: file) }
  }
}
