import Core
import Foundation
import Kernels
import Networks
import Recognition
import WeightFiles
import Zoo

/// `mien bench network NAME`: how fast a network runs on this machine, and why.
enum BenchNetworkCommand {
  private static let weights = Option.file(
    "--weights", "FILE",
    "Weights to run with; by default the architecture with random ones (speed does not depend on them).")
  private static let size = Option.integer("--size", "S", 1...4096, "Height and width of the images.")
  private static let classes = Option.integer("--classes", "N", 1...100_000, "Classes of the first head (default 7).")
  private static let batch = Option.integer("--batch", "N", 1...1024, "Images at once (default 1).")
  private static let threads = Option.integer("--threads", "N", 1...256, "Threads (default 1).")
  private static let runs = Option.integer(
    "--runs", "N", 1...1_000_000, "Runs to measure (default: as many as fit in two seconds, at least 5).")
  private static let json = Option.file("--json", "FILE", "Write the figures as JSON; - for standard output.")
  private static let explain = Option.flag(
    "--explain", "Show for each layer its kernel, time, GFLOP/s, and why others were refused.")

  static let row = Command(
    words: ["bench", "network"],
    summary: "Measures one network: p50 and p95, GFLOP/s, memory.",
    operands: [Operand(placeholder: "NAME", kind: .text)],
    options: [
      weights.spec, size.spec, classes.spec, batch.spec, threads.spec, runs.spec, json.spec, explain.spec,
    ],
    details: [
      "NAME is an architecture of the zoo, a model that mien models lists, or a model file. A GFLOP is a billion multiplications and additions of the network as it is defined; kernels that need fewer show more GFLOP/s than the processor has."
    ],
    examples: [
      ("mien bench network resnet18 --threads 2 --explain", "shows what each layer of ResNet-18 costs")
    ],
    run: run)

  private static func run(_ arguments: Arguments) throws {
    let job = try Job(arguments)
    let (executor, pool) = try job.executor()
    var figures = Figures(executor, threads: pool.threads)
    figures.measure(executor, runs: arguments[runs])
    if let target = arguments[json] {
      try JSONFigures.write(figures, to: target)
      if target == "-" { return }
    }
    try Terminal.print(shownLines(figures.text(layers: arguments.has(explain))))
  }

  /// What is to be measured.
  private struct Job {
    let graph: Graph
    let weights: Weights
    let batch, threads: Int

    init(_ arguments: Arguments) throws {
      let name = arguments.operands[0]
      (graph, weights) =
        try Architecture.named(name).map { try Self.random($0, arguments) } ?? Self.model(name, arguments)
      batch = arguments[BenchNetworkCommand.batch] ?? 1
      threads = arguments[BenchNetworkCommand.threads] ?? 1
    }

    private static func random(_ architecture: Architecture, _ arguments: Arguments) throws -> (Graph, Weights) {
      let input = arguments[size].map { Shape(height: $0, width: $0, channels: architecture.input.channels) }
      let graph = try architecture.graph(input: input, classes: arguments[classes] ?? 7).forInference()
      let given = try arguments[BenchNetworkCommand.weights].map { try WeightFile(path: $0).weights }
      return (graph, given ?? randomWeights(graph))
    }

    /// A model by its name or file; an ensemble's first member.
    private static func model(_ name: String, _ arguments: Arguments) throws -> (Graph, Weights) {
      let library = ModelLibrary()
      guard library.names.contains(name) || FileManager.default.fileExists(atPath: name) else {
        throw CommandLineError.badOperand(
          row.operands[0], text: name, nearest: nearest(to: name, in: zooTable.map(\.name) + library.names))
      }
      for option in [size.spec, classes.spec, BenchNetworkCommand.weights.spec]
      where arguments.values[option.name] != nil { throw CommandLineError.conflict(option.name, quoted(name)) }
      let model = try library.load([name])[0]
      return (model.graph.forInference(), model.weights)
    }

    func executor() throws -> (Executor, ThreadPool) {
      let pool = ThreadPool(threads: threads)
      let executor = try Executor(graph: graph, weights: weights, batch: batch, pool: pool)
      for (index, _) in executor.input.enumerated() { executor.input[index] = testInput(index) }
      return (executor, pool)
    }
  }
}

/// A wave that any other program can compute: what `logits` in the JSON came from.
private func testInput(_ index: Int) -> Float { Float(index % 255) / 127 - 1 }

/// Weights that keep values of ordinary size.
private func randomWeights(_ graph: Graph) -> Weights {
  var generator = SystemRandomNumberGenerator()
  var weights: Weights = [:]
  for (name, spec) in graph.parameters {
    let count = spec.shape.reduce(1, *)
    let reach = (6 / Float(max(count / max(spec.shape.first ?? 1, 1), 1))).squareRoot()
    let values: [Float] =
      spec.role == .weight
      ? (0..<count).map { _ in Float.random(in: -reach...reach, using: &generator) }
      : Array(repeating: name.hasSuffix("bias") || name.hasSuffix("mean") ? 0 : 1, count: count)
    weights[name] = Tensor(shape: spec.shape, values)
  }
  return weights
}

/// What was measured, as `--json` writes it. Times are in milliseconds for the whole batch.
private struct Figures: Encodable {
  struct Layer: Encodable {
    var path, operations, output, kernel: String
    var ms, gflops: Double
    var refused: [String]
  }

  var network: String
  var instructionSet = InstructionSet.chosen.name
  var threads, batch, runs: Int
  var input: [Int]
  var p50 = 0.0
  var p95 = 0.0
  var least = 0.0
  /// Processor time of all threads for a run.
  var processorTime = 0.0
  var gflops = 0.0
  var macs, parameters, workingBytes: Int
  var peakBytes = 0
  var logits: [Float] = []
  var layers: [Layer] = []

  private enum CodingKeys: String, CodingKey {
    case network, threads, batch, runs, input, gflops, macs, parameters, logits, layers
    case instructionSet = "instruction_set"
    case p50 = "p50_ms"
    case p95 = "p95_ms"
    case least = "min_ms"
    case processorTime = "cpu_ms"
    case workingBytes = "working_bytes"
    case peakBytes = "peak_resident_bytes"
  }

  init(_ executor: Executor, threads: Int) {
    network = executor.graph.name
    self.threads = threads
    batch = executor.batch
    runs = 0
    let shape = executor.graph.input
    input = [shape.height, shape.width, shape.channels]
    macs = executor.graph.macs
    parameters = executor.graph.parameters.reduce(0) {
      $0 + ($1.spec.role == .buffer ? 0 : $1.spec.shape.reduce(1, *))
    }
    workingBytes = executor.workingBytes
  }

  mutating func measure(_ executor: Executor, runs wanted: Int?) {
    warmUp(executor)
    logits = Array(executor.output(executor.graph.heads[0].name)!)
    var seconds = [Double](repeating: 0, count: executor.layerReports.count)
    var times: [Double] = []
    let clock = ContinuousClock()
    let (start, spent) = (clock.now, processorSeconds())
    while times.count < wanted ?? 5 || (wanted == nil && start.duration(to: clock.now) < .seconds(2)) {
      times.append(clock.measure { executor.runTimed(&seconds) } / .milliseconds(1))
    }
    processorTime = (processorSeconds() - spent) * 1e3 / Double(times.count)
    summarise(times.sorted())
    layers = zip(executor.layerReports, seconds).map { layer($0, $1 / Double(times.count)) }
  }

  /// A tenth of a second: a small network's first runs take twice as long, until memory is mapped and the processor at its clock.
  private func warmUp(_ executor: Executor) {
    let clock = ContinuousClock()
    let start = clock.now
    repeat { executor.run() } while start.duration(to: clock.now) < .milliseconds(100)
  }

  private mutating func summarise(_ sorted: [Double]) {
    runs = sorted.count
    p50 = sorted[sorted.count / 2]
    p95 = sorted[min(sorted.count - 1, sorted.count * 95 / 100)]
    least = sorted[0]
    gflops = 2e-6 * Double(macs * batch) / p50
    peakBytes = peakResidentBytes()
  }

  private func layer(_ report: LayerReport, _ seconds: Double) -> Layer {
    Layer(
      path: report.path, operations: report.operations.joined(separator: "+"), output: "\(report.output)",
      kernel: report.kernel, ms: seconds * 1e3, gflops: 2e-9 * Double(report.macs * batch) / seconds,
      refused: report.refused.map(sentence(for:)))
  }

  func text(layers isExplained: Bool) -> String {
    let head = """
      \(network) \(input[0])x\(input[1])x\(input[2]), batch \(batch), \(threads) thread\(threads == 1 ? "" : "s"), \(runs) runs, \(instructionSet)
      p50 \(decimal(p50)) ms, p95 \(decimal(p95)) ms, \(decimal(gflops)) GFLOP/s
      \(parameters) parameters, \(macs) multiply-accumulates an image
      activations \(decimal(Double(workingBytes) / 1e6)) MB, peak resident \(decimal(Double(peakBytes) / 1e6)) MB

      """
    return isExplained ? head + "\n" + layers.map(line).joined() : head
  }

  private func line(_ layer: Layer) -> String {
    let name = column("\(layer.path.isEmpty ? "-" : layer.path) \(layer.operations)", 52)
    let speed = "\(column(decimal(layer.ms), 9)) ms \(column(decimal(layer.gflops), 8)) GFLOP/s"
    return
      "\(name) \(column(layer.output, 13)) \(column(layer.kernel, 14)) \(speed)  \(layer.refused.joined(separator: "; "))\n"
  }
}

func column(_ text: String, _ width: Int) -> String {
  text.padding(toLength: max(width, text.count), withPad: " ", startingAt: 0)
}

/// Two decimals, whatever the locale.
func decimal(_ number: Double) -> String {
  let hundredths = Int((number * 100).rounded())
  return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
}
