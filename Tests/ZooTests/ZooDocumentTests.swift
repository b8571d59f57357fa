import Foundation
import Networks
import TestSupport
import Testing
import Zoo

/// docs/zoo.md carries the table that the code gives. `MIEN_RENEW=1 swift test --filter zooDocument` writes it anew.
@Test func zooDocumentIsUpToDate() throws {
  let file = TestData.packageRoot.appendingPathComponent("docs/zoo.md")
  let text = try String(contentsOf: file, encoding: .utf8)
  let parts = text.components(separatedBy: "<!-- table -->\n")
  try #require(parts.count == 3)
  let table = try zooDocumentTable()
  if ProcessInfo.processInfo.environment["MIEN_RENEW"] != nil {
    let renewed = [parts[0], table, parts[2]].joined(separator: "<!-- table -->\n")
    try renewed.write(to: file, atomically: true, encoding: .utf8)
  } else {
    #expect(parts[1] == table)
  }
}

private func zooDocumentTable() throws -> String {
  let heading = """
    | Name | Input | Parameters | MACs (millions) | Heads | Source | Names |
    |---|---|--:|--:|---|---|---|

    """
  return try heading + zooTable.map { try zooDocumentRow($0) + "\n" }.joined()
}

private func zooDocumentRow(_ architecture: Architecture) throws -> String {
  let graph = try architecture.graph()
  let summary = graph.forInference().summary
  let heads = graph.heads.map { head in
    "\(head.name) \(graph.nodes[head.node].shape.channels)" + (head.trainingOnly ? " (training)" : "")
  }
  let cells = [
    "`\(architecture.name)`", architecture.input.description, grouped(summary.parameters),
    grouped((summary.macs + 500_000) / 1_000_000), heads.joined(separator: ", "), architecture.source,
    architecture.naming,
  ]
  return "| " + cells.joined(separator: " | ") + " |"
}
