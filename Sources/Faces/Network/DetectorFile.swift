import Foundation
import Networks
import WeightFiles
import Zoo

/// Why a file holds no detection network, besides `WeightFileError`.
public enum DetectorFileError: Error, Hashable, Sendable {
  /// The file says of `key` nothing or something that does not fit.
  case badMetadata(file: String, key: String, value: String?)
}

/// A face detection network as its safetensors file describes it.
///
/// | key of `__metadata__` | value |
/// | --- | --- |
/// | `format` | `mien-detector-1` |
/// | `channels`, `blocks` | `DetectionWidths`, numbers with commas |
/// | `threshold` | score from which on a face is called, by default |
/// | `slope`, `offset` | calibration: the score is the logistic function of `slope * logit + offset`; default 1 and 0 |
///
/// All other keys (`training`, figures) are for people.
public struct DetectorFile: Sendable {
  /// The network's widths.
  public let widths: DetectionWidths
  /// Score from which on a face is called, by default.
  public let threshold: Double
  /// Slope of the calibration.
  public let slope: Double
  /// Offset of the calibration.
  public let offset: Double
  /// All that the file says about itself.
  public let metadata: [String: String]
  private let weights: Weights
  private let packed = PackedParameters()

  /// The word that tells these files from others.
  public static let format = "mien-detector-1"

  /// Reads the file at `path`; throws `WeightFileError` or `DetectorFileError`.
  public init(path: String) throws {
    let file = try WeightFile(path: path)
    let words = Words(file: path, words: file.metadata)
    try words.checkFormat()
    let widths = try words.widths()
    do {
      try self.init(file.matched(to: Self.graph(widths)), widths: widths, metadata: file.metadata, words)
    } catch let problem as WeightProblem {
      throw WeightFileError(file: path, problem: problem)
    }
  }

  /// A network in memory.
  public init(_ weights: Weights, widths: DetectionWidths) {
    (self.weights, self.widths, metadata) = (weights, widths, [:])
    (threshold, slope, offset) = (0.5, 1, 0)
  }

  private init(
    _ weights: Weights, widths: DetectionWidths, metadata: [String: String], _ words: Words
  ) throws(DetectorFileError) {
    (self.weights, self.widths, self.metadata) = (weights, widths, metadata)
    threshold = try words.number("threshold", 0.5, in: 0.01...0.99)
    slope = try words.number("slope", 1, in: 0.01...100)
    offset = try words.number("offset", 0, in: -100...100)
  }

  /// The network for a `image` whose sides are multiples of 16.
  static func graph(_ widths: DetectionWidths, image: Shape = Shape(height: 16, width: 16, channels: 1)) -> Graph {
    do { return try faceDetectionNetwork(image: image, widths: widths, outputs: DetectionLevel.outputs) } catch {
      preconditionFailure("a network of positive widths takes any image: \(error)")
    }
  }

  func executor(_ image: Shape, pool: ThreadPool) -> Executor {
    let graph = Self.graph(widths, image: image)
    do { return try Executor(graph: graph, weights: weights, pool: pool, packed: packed) } catch {
      preconditionFailure("the weights were matched to the network: \(error)")
    }
  }

  func score(of logit: Float) -> Double { 1 / (1 + exp(-(slope * Double(logit) + offset))) }

  /// The score between two of one face: the mean of their logits.
  func mean(_ a: Double, _ b: Double) -> Double { score(of: (logit(of: a) + logit(of: b)) / 2) }

  func logit(of score: Double) -> Float { Float((log(score / (1 - score)) - offset) / slope) }
}

/// Metadata, read with checks.
private struct Words {
  let file: String
  let words: [String: String]

  func checkFormat() throws(DetectorFileError) {
    guard words["format"] == DetectorFile.format else { throw bad("format") }
  }

  func widths() throws(DetectorFileError) -> DetectionWidths {
    DetectionWidths(
      channels: try numbers("channels", count: 3, in: 1...512), blocks: try numbers("blocks", count: 2, in: 0...8))
  }

  func number(
    _ key: String, _ standard: Double, in range: ClosedRange<Double>
  ) throws(DetectorFileError) -> Double {
    guard let text = words[key] else { return standard }
    guard let value = Double(text), range.contains(value) else { throw bad(key) }
    return value
  }

  private func numbers(_ key: String, count: Int, in range: ClosedRange<Int>) throws(DetectorFileError) -> [Int] {
    let values = (words[key] ?? "").split(separator: ",").compactMap { Int($0) }
    guard values.count == count, values.allSatisfy(range.contains) else { throw bad(key) }
    return values
  }

  private func bad(_ key: String) -> DetectorFileError { .badMetadata(file: file, key: key, value: words[key]) }
}
