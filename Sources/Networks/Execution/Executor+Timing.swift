/// What the executor made of one or several nodes of the graph.
public struct LayerReport: Sendable {
  /// Path of its parameters in the graph; empty for layers without any.
  public var path: String
  /// Names of the operations in it, the first one's and those folded or fused into it.
  public var operations: [String]
  /// One image of its output.
  public var output: Shape
  /// The kernel chosen.
  public var kernel: String
  /// The kernels not chosen, with reasons.
  public var refused: [RejectedKernel]
  /// Multiply-accumulates for one image.
  public var macs: Int
}

extension Executor {
  /// The layers in the order in which they run.
  public var layerReports: [LayerReport] {
    layers.map { layer in
      LayerReport(
        path: layer.step.path,
        operations: layer.step.absorbed.map { type(of: graph.nodes[$0].operation!).name },
        output: graph.nodes[layer.step.node].shape, kernel: layer.kernel.name, refused: layer.kernel.refused,
        macs: layer.macs)
    }
  }

  /// As `run()`, and adds to `seconds`, one for each layer, how long it took.
  public func runTimed(_ seconds: inout [Double]) {
    prepare(batch: batch)
    let clock = ContinuousClock()
    for index in layers.indices {
      seconds[index] += clock.measure { perform(index) } / .seconds(1)
    }
  }
}
