import Core
import Recognition
import Sessions

extension BenchFigures {
  /// For people.
  var text: String {
    """
    \(input) \(width)x\(height), \(models.joined(separator: ", ")), \(counted(threads, "thread")) of \(counted(cores, "core")), \(instructionSet ?? "?")

    End-to-end speed (every frame analysed by every network): \(decimal(fps)) frames/s
    \(table(flatOut))
    Live, at a camera's \(decimal(liveRate)) frames/s:
    \(table(live))
    Peak resident \(decimal(Double(peakResidentBytes) / 1e6)) MB
    \(scalingTable)
    """
  }

  private func table(_ run: Run) -> String {
    let report = run.report
    let head = BenchTable.line(["", "count", "dropped", "p50 ms", "p95 ms", "p99 ms", "waiting"])
    let rows = (report.stages + [report.frameLatency, report.expressionLatency]).map(BenchTable.stage)
    return head + rows.joined()
      + "\(report.dropped) frames dropped, \(decimal(run.cpuPercent)) % of a core, "
      + "\(decimal(Double(run.residentBytes) / 1e6)) MB resident, \(decimal(report.faces)) faces a frame, "
      + "\(decimal(report.networksPerFace)) networks a face"
      + (report.smallestFace.map { ", faces from \(Int($0.rounded())) pixels on" } ?? "") + "\n"
  }

  private var scalingTable: String {
    guard let scaling, !scaling.isEmpty else { return "" }
    let head = BenchTable.line(["", "networks", "threads", "frames/s", "recognise p50 ms"])
    return head
      + scaling.map {
        BenchTable.line(["", "\($0.networks)", "\($0.threads)", decimal($0.fps), decimal($0.recogniseP50)])
      }.joined()
  }
}

/// Lines of a table.
enum BenchTable {
  /// A name and numbers under one another.
  static func line(_ cells: [String]) -> String {
    column(cells[0], 24) + cells.dropFirst().map { right($0, 11) }.joined() + "\n"
  }

  static func stage(_ stage: StageReport) -> String {
    line(
      [stage.name, "\(stage.count)", "\(stage.dropped)"]
        + [stage.p50, stage.p95, stage.p99, stage.queueDepth].map(decimal))
  }

  private static func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(1, width - text.count)) + text
  }
}

/// Two files of figures side by side.
struct BenchComparison {
  private let rows: [(name: String, first: Double, second: Double)]
  private let names: (String, String)

  init(_ first: BenchFigures, _ second: BenchFigures, names: (String, String)) {
    self.names = names
    rows =
      [("frames/s flat out", first.fps, second.fps)]
      + BenchComparison.run("flat out", first.flatOut, second.flatOut)
      + [("frames/s live", first.live.report.fps, second.live.report.fps)]
      + BenchComparison.run("live", first.live, second.live)
      + [("peak MB", Double(first.peakResidentBytes) / 1e6, Double(second.peakResidentBytes) / 1e6)]
  }

  private static func run(
    _ name: String, _ first: BenchFigures.Run, _ second: BenchFigures.Run
  ) -> [(name: String, first: Double, second: Double)] {
    var rows: [(name: String, first: Double, second: Double)] = []
    for stage in first.report.stages {
      guard let other = second.report.stage(stage.name) else { continue }
      rows.append(("\(stage.name) p50 ms", stage.p50, other.p50))
      rows.append(("\(stage.name) p99 ms", stage.p99, other.p99))
    }
    rows.append(("frame p99 ms", first.report.frameLatency.p99, second.report.frameLatency.p99))
    rows.append(("expression p50 ms", first.report.expressionLatency.p50, second.report.expressionLatency.p50))
    rows.append(("dropped", Double(first.report.dropped), Double(second.report.dropped)))
    rows.append(("CPU %", first.cpuPercent, second.cpuPercent))
    return rows.map { ("\(name): \($0.name)", $0.first, $0.second) }
  }

  var text: String {
    let head = "A: \(names.0)\nB: \(names.1)\n"
    return head + BenchComparison.line("", "A", "B", "B / A")
      + rows.map { row in
        let ratio = row.first == 0 ? "" : decimal(row.second / row.first)
        return BenchComparison.line(row.name, decimal(row.first), decimal(row.second), ratio)
      }.joined()
  }

  private static func line(_ name: String, _ cells: String...) -> String {
    BenchTable.line([column(name, 32)] + cells)
  }
}
