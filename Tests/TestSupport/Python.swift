import Foundation

/// Debian's Python, whose PyTorch, OpenCV and NumPy are oracles.
public enum Python {
  static let program = "/usr/bin/python3"

  /// Whether `module` can be imported; tests skip where not.
  public static func has(_ module: String) -> Bool {
    (try? run("import importlib.util, sys; sys.exit(importlib.util.find_spec('\(module)') is None)")) != nil
  }

  /// Said by a test that skips for want of `module`.
  public static func missing(_ module: String) -> String { "skipped: no python3 with \(module)" }

  /// Runs `script` with `arguments` in `sys.argv[1:]` and gives what it prints.
  /// - Throws: `PythonFailure` with what it says on standard error.
  @discardableResult
  public static func run(_ script: String, _ arguments: String...) throws -> Data {
    try launch(["-c", script] + arguments)
  }

  /// Runs the script in `file`, which finds its neighbours as modules, and gives what it prints.
  /// - Throws: `PythonFailure` with what it says on standard error.
  @discardableResult
  public static func run(file: URL, _ arguments: String...) throws -> Data {
    try launch(["-B", file.path] + arguments)
  }

  private static func launch(_ arguments: [String]) throws -> Data {
    let process = Process()
    let (output, errors) = (Pipe(), Pipe())
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let reader = Reader(errors)
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw PythonFailure(message: reader.text()) }
    return data
  }

  /// Empties a pipe while another is read, so that neither fills.
  private final class Reader: @unchecked Sendable {
    private var data = Data()
    private let done = DispatchSemaphore(value: 0)

    init(_ pipe: Pipe) {
      DispatchQueue.global().async {
        self.data = pipe.fileHandleForReading.readDataToEndOfFile()
        self.done.signal()
      }
    }

    func text() -> String {
      done.wait()
      return String(decoding: data, as: UTF8.self)
    }
  }
}

/// A script that ended with an error.
public struct PythonFailure: Error {
  /// Its standard error.
  public let message: String
}
