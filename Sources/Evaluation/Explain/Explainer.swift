import Core
import Foundation
import Networks
import Recognition

/// Explains what one network says of faces, by gradients of a class's logit. Used from one thread.
public final class Explainer {
  /// The network's classes, in order.
  public let labels: LabelSet
  /// What the network sees.
  public let input: ModelInput
  /// The network's name.
  public let model: String
  /// How it explains.
  public let method: ExplanationMethod
  /// What people call the layer that Grad-CAM looks at.
  public let layer: String?

  private let executor: GradientExecutor
  private let head: Head
  private let classes: ModelHead
  private let targetLayer: Int?

  /// Noisy copies of SmoothGrad, and their noise by the range of the input's values.
  static let (copies, noise): (Int, Float) = (25, 0.15)

  /// Prepares `model`.
  /// - Parameters:
  ///   - labels: whose head is explained; nil: what people see where the model knows it, else the main head.
  ///   - layer: Grad-CAM's layer; nil: the last map before pooling.
  /// - Throws: `ExplainError`, or `GradientError` where weights do not fit.
  public init(
    _ model: Model, labels: LabelSet? = nil, method: ExplanationMethod, layer: String? = nil, pool: ThreadPool
  ) throws {
    if layer != nil, method != .gradcam { throw ExplainError.layerUnused(method: method.rawValue) }
    (self.model, self.method, input) = (model.name, method, model.input)
    classes = try Explainer.head(model, labels)
    self.labels = classes.labels
    var graph = model.graph.deciding(classes.name)
    if method == .guided { graph = graph.guided }
    let targetLayer = method == .gradcam ? try Explainer.node(layer, graph, model.name) : nil
    (head, self.targetLayer, self.layer) = (graph.heads[0], targetLayer, targetLayer.map(graph.layerName))
    // A few images at once where they are small; large networks would need gigabytes.
    let batch = max(1, min(8, 8 * 48 * 48 / input.shape.pixels))
    executor = try GradientExecutor(
      graph: graph, weights: model.weights, batch: batch, pool: pool, trained: { _ in false },
      inputGradient: targetLayer == nil, targetLayers: Set([targetLayer].compactMap(\.self)), exact: true)
  }

  private static func head(_ model: Model, _ labels: LabelSet?) throws(ExplainError) -> ModelHead {
    guard let labels else { return model.head(for: .ferPlus) ?? model.heads[0] }
    guard let head = model.head(for: labels) else { throw .noHead(model: model.name, labels: labels.names) }
    return head
  }

  private static func node(_ layer: String?, _ graph: Graph, _ model: String) throws(ExplainError) -> Int {
    guard let node = layer.map(graph.layer) ?? graph.defaultLayer else {
      throw .noLayer(model: model, name: layer ?? "", known: graph.convolutions)
    }
    guard graph.nodes[node].shape.pixels > 1, node > 0 else { throw .noMap(model: model, layer: layer ?? "input") }
    return node
  }

  /// What the network says of `crop` (`input.crop` x `input.crop` grey bytes), and why it would say each of `wanted`
  /// (places among `labels`; by default all).
  public func explain(_ crop: [UInt8], classes wanted: [Int]? = nil) -> Explanation {
    let image = seen(crop)
    let wanted = wanted ?? Array(labels.names.indices)
    write([image])
    executor.forward(batch: 1, training: false)
    let probabilities = probabilities()
    let maps = method == .smoothgrad ? wanted.map { smooth(image, $0) } : plain(image, wanted)
    return Explanation(probabilities: probabilities, maps: maps)
  }

  /// The gradient of the logit of class `label` by what the network sees of `crop`, in the input's layout.
  func inputGradient(_ crop: [UInt8], _ label: Int) -> [Float] {
    differentiate([seen(crop)], [label])
    return gradient(0)
  }

  private func seen(_ crop: [UInt8]) -> [Float] {
    precondition(crop.count == input.crop * input.crop)
    var image = [Float](repeating: 0, count: input.shape.count)
    input.write(crop, to: &image)
    return image
  }

  private func probabilities() -> [Double] {
    let logits = executor.output(head)
    return logSoftmax(classes.order.map { Double(logits[$0]) / classes.temperature }).map(exp)
  }

  private func plain(_ image: [Float], _ wanted: [Int]) -> [HeatMap] {
    stride(from: 0, to: wanted.count, by: executor.batch).flatMap { start in
      let part = Array(wanted[start..<min(start + executor.batch, wanted.count)])
      differentiate(part.map { _ in image }, part)
      return part.indices.map { targetLayer == nil ? strongest(gradient($0)) : activation($0) }
    }
  }

  private func smooth(_ image: [Float], _ label: Int) -> HeatMap {
    let spread = Explainer.noise * (image.max()! - image.min()!)
    var random = RandomStream(1, label)
    var sum = [Float](repeating: 0, count: image.count)
    for start in stride(from: 0, to: Explainer.copies, by: executor.batch) {
      let count = min(executor.batch, Explainer.copies - start)
      differentiate(
        (0..<count).map { _ in image.map { $0 + spread * random.normal() } }, Array(repeating: label, count: count))
      for copy in 0..<count { for (place, value) in gradient(copy).enumerated() { sum[place] += value } }
    }
    return strongest(sum.map { $0 / Float(Explainer.copies) })
  }

  private func write(_ images: [[Float]]) {
    let size = input.shape.count
    for (place, image) in images.enumerated() {
      for (at, value) in image.enumerated() { executor.input[place * size + at] = value }
    }
  }

  /// Runs forward on `images` and backward from the logit of one class of each.
  private func differentiate(_ images: [[Float]], _ wanted: [Int]) {
    write(images)
    executor.forward(batch: images.count, training: false)
    let target = executor.outputGradient(head)
    target.update(repeating: 0)
    for (place, label) in wanted.enumerated() { target[place * classes.order.count + classes.order[label]] = 1 }
    executor.backward()
  }

  private func gradient(_ place: Int) -> [Float] {
    let size = input.shape.count
    return Array(executor.inputGradient![place * size..<(place + 1) * size])
  }

  /// The largest absolute value over the channels of each pixel.
  private func strongest(_ gradient: [Float]) -> HeatMap {
    let channels = input.shape.channels
    let values = (0..<input.shape.pixels).map { pixel in
      (0..<channels).reduce(Float(0)) { max($0, abs(gradient[pixel * channels + $1])) }
    }
    return HeatMap(width: input.shape.width, height: input.shape.height, values: values)
  }

  /// The layer's channels, each weighed by the mean of its gradient, summed and cut at 0.
  private func activation(_ place: Int) -> HeatMap {
    let shape = executor.graph.nodes[targetLayer!].shape
    let (value, gradient) = (executor.targetLayerValue(targetLayer!), executor.targetLayerGradient(targetLayer!))
    let start = place * shape.count
    let weights = (0..<shape.channels).map { channel in
      (0..<shape.pixels).reduce(Float(0)) { $0 + gradient[start + $1 * shape.channels + channel] }
        / Float(shape.pixels)
    }
    let values = (0..<shape.pixels).map { pixel in
      let at = start + pixel * shape.channels
      return max(0, (0..<shape.channels).reduce(Float(0)) { $0 + weights[$1] * value[at + $1] })
    }
    return HeatMap(width: shape.width, height: shape.height, values: values)
  }
}

extension Graph {
  /// With guided rectifiers.
  fileprivate var guided: Graph {
    var graph = self
    for index in graph.nodes.indices where graph.nodes[index].operation is ReLU {
      graph.nodes[index].operation = GuidedReLU()
    }
    return graph
  }
}

extension Explainer {
  /// The part of the crop that the network sees, 0 to 1.
  public var region: Box {
    let side = Double(input.crop)
    let (width, height) = (Double(input.shape.width) / side, Double(input.shape.height) / side)
    return Box(x: (1 - width) / 2, y: (1 - height) / 2, width: width, height: height)
  }
}
