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
  public static func run(_ script: String, _ arguments: String...) throws -> Data { try run(script, arguments) }

  /// The same with a list of arguments.
  @discardableResult
  public static func run(_ script: String, _ arguments: [String]) throws -> Data {
    try launch(["-c", script] + arguments)
  }

  /// Runs the script in `file`, which finds its neighbours as modules, and gives what it prints.
  /// - Throws: `PythonFailure` with what it says on standard error.
  @discardableResult
  public static func run(file: URL, _ arguments: String...) throws -> Data {
    try launch(["-B", file.path] + arguments)
  }

  private static func launch(_ arguments: [String]) throws -> Data {
    let outcome = try Tool.run(program, arguments)
    guard outcome.status == 0 else { throw PythonFailure(message: outcome.errors) }
    return outcome.output
  }
}

/// A script that ended with an error.
public struct PythonFailure: Error {
  /// Its standard error.
  public let message: String
}
