import Foundation
import Networks

/// A graph as JSON for the oracle `Oracle/graph.py`.
struct GraphExport {
  private let content: [String: Any]

  init(_ graph: Graph, rate: Float) {
    let nodes = graph.nodes.dropFirst().map { node in
      Self.attributes(node.operation!, node, graph.nodes[node.inputs[0]].shape).merging(
        ["operation": type(of: node.operation!).name, "inputs": node.inputs, "path": node.path]) { $1 }
    }
    let input = graph.input
    content = [
      "nodes": nodes, "heads": graph.heads.map(\.node), "rate": rate,
      "input": [input.height, input.width, input.channels],
    ]
  }

  func write(_ path: String) throws {
    try JSONSerialization.data(withJSONObject: content).write(to: URL(fileURLWithPath: path))
  }

  private static func attributes(_ operation: any Networks.Operation, _ node: Node, _ input: Shape) -> [String: Any] {
    switch operation {
    case let op as Conv2d:
      ["stride": pair(op.stride), "padding": pair(op.padding), "dilation": pair(op.dilation), "groups": op.groups]
    case let op as ConvTranspose2d: ["stride": pair(op.stride), "padding": pair(op.padding), "groups": op.groups]
    case let op as BatchNorm2d: ["eps": op.eps, "momentum": op.momentum]
    case let op as MaxPool2d: window(op.window)
    case let op as AvgPool2d: window(op.window).merging(["counts": op.countIncludePad]) { $1 }
    case let op as AdaptiveAvgPool2d: ["output": pair(op.output)]
    case let op as AdaptiveMaxPool2d: ["output": pair(op.output)]
    case let op as Affine: ["scale": op.scale, "shift": op.shift]
    case let op as Upsample: ["output": pair(op.output), "corners": op.alignCorners]
    case let op as Slice:
      [
        "channels": bounds(op.channels, input.channels), "rows": bounds(op.rows, input.height),
        "columns": bounds(op.columns, input.width),
      ]
    default: [:]
    }
  }

  private static func pair(_ extent: Extent) -> [Int] { [extent.height, extent.width] }

  private static func window(_ window: PoolWindow) -> [String: Any] {
    [
      "kernel": pair(window.kernel), "stride": pair(window.stride), "padding": pair(window.padding),
      "ceil": window.ceilMode,
    ]
  }

  private static func bounds(_ range: Range<Int>?, _ size: Int) -> [Int] {
    [range?.lowerBound ?? 0, range?.upperBound ?? size]
  }
}
