import Foundation
import Recognition
import Sessions

/// `mien bench [INPUT]`.
enum BenchCommand {
  private static let rate = Option.number("--fps", "N", 1...1000, "Frames a second of the live part (default: 30).")
  private static let seconds = Option.number(
    "--seconds", "T", 1...1e6, "Length of the live part; the input is played again and again (default: its own).")
  private static let frames = Option.integer(
    "--frames", "N", 2...1_000_000, "Frames of each end-to-end part (default: all).")
  private static let scaling = Option.flag("--scaling", "Also measure how networks and threads scale.")
  private static let json = Option.file("--json", "F", "Write the figures as JSON; - is standard output.")
  private static let compare = Option.flag("--compare", "Compare two files of figures: --compare A.json B.json.")

  static let row = Command(
    words: ["bench"],
    summary: "Measures the end-to-end speed on this machine: frames/s, times of each stage, dropped frames, memory.",
    operands: [Operand(placeholder: "INPUT", kind: .file, optional: true, repeats: true)],
    options: [
      AnalysisOptions.models.spec, AnalysisOptions.detector.spec, AnalysisOptions.smallest.spec,
      AnalysisOptions.labels.spec, AnalysisOptions.threads.spec, rate.spec, seconds.spec, frames.spec, scaling.spec,
      json.spec,
      compare.spec,
    ],
    details: [
      "The clip runs twice through the same pipeline: end to end, where every frame is analysed by every network as fast as can be, and "
        + "live, at a camera's pace. Without INPUT the sample clip is taken. In the JSON fps and stages are those of the first."
    ],
    examples: [
      ("mien bench", "what this machine can do"),
      ("mien bench --threads 1 --json one.json", "figures for one thread, to keep"),
      ("mien bench --compare one.json two.json", "both side by side"),
    ],
    run: run)

  private static func run(_ arguments: Arguments) throws {
    if arguments.has(compare) { return try compare(arguments.operands) }
    try MemoryLimit.check()
    let figures = try BenchSession(request(arguments), context: SessionHost(quiet: true).context).figures()
    if let target = arguments[json] {
      try JSONFigures.write(figures, to: target)
      if target == "-" { return }
    }
    try Terminal.print(shownLines(figures.text))
  }

  private static func request(_ arguments: Arguments) throws -> BenchRequest {
    if arguments.operands.count > 1 {
      throw CommandLineError.extraOperand(arguments.operands[1], command: row.name)
    }
    var request = BenchRequest(input: try arguments.operands.first ?? sample())
    request.analysis = AnalysisRequest(arguments)
    request.rate = arguments[rate] ?? request.rate
    (request.seconds, request.frames) = (arguments[seconds], arguments[frames])
    request.scaling = arguments.has(scaling)
    return request
  }

  private static func sample() throws -> String {
    guard let clip = Resource.samples.folder?.appendingPathComponent("portraits.mp4").path else {
      throw BenchError.noSample
    }
    return clip
  }

  private static func compare(_ files: [String]) throws {
    guard files.count == 2 else { throw CommandLineError.needs(compare.spec.name, "two files of figures") }
    let (first, second) = (try read(files[0]), try read(files[1]))
    try Terminal.print(shownLines(BenchComparison(first, second, names: (files[0], files[1])).text))
  }

  private static func read(_ path: String) throws -> BenchFigures {
    guard let data = FileManager.default.contents(atPath: path) else { throw BenchError.unreadable(path) }
    do { return try JSONDecoder().decode(BenchFigures.self, from: data) } catch { throw BenchError.notFigures(path) }
  }
}

/// Why `mien bench` cannot measure.
enum BenchError: Error, Hashable {
  /// The sample clip is not where the program looks for it.
  case noSample
  case unreadable(String)
  /// Not JSON that `mien bench --json` wrote.
  case notFigures(String)
}
