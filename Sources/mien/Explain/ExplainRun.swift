import Core
import Display
import Evaluation
import Foundation
import Media
import Networks
import Recognition

/// Carries out one `mien explain`.
struct ExplainRun {
  private let request: ExplainRequest
  private let explainers: [Explainer]
  private let finder: ImageFaces
  private let images: [String]

  /// Loads the networks; nothing is written yet.
  init(_ request: ExplainRequest) throws {
    self.request = request
    images = try MediaLocations.expand(request.images)
    let pool = ThreadPool.shared(threads: request.analysis.threads)
    explainers = try ModelLibrary().load(request.analysis.models).map {
      try Explainer($0, labels: request.analysis.labels, method: request.method, layer: request.layer, pool: pool)
    }
    finder = try ImageFaces(request)
    guard mkdir(request.folder, 0o777) == 0 || errno == EEXIST else {
      throw OutputFileError.uncreatable(request.folder, errno: errno)
    }
  }

  /// Of several images, one that cannot be read or shows no face does not keep the others from being explained.
  func run() throws {
    var (failed, faceless) = (0, 0)
    for image in images {
      do { try explainFaces(of: image) } catch let error as MediaError where images.count > 1 {
        failed += 1
        Terminal.printToStandardError("mien: \(sentence(for: error))\n")
      } catch let error as ExplainError where images.count > 1 {
        faceless += 1
        Terminal.printToStandardError("mien: \(sentence(for: error))\n")
      }
    }
    if failed > 0 { throw ExplainError.someFailed(failed, of: images.count) }
    if faceless == images.count, faceless > 0 { throw ExplainError.noFaces(images: faceless) }
  }

  private func explainFaces(of image: String) throws {
    let faces = try finder.faces(in: image)
    for (place, face) in faces.enumerated() {
      try explain(face, of: image, name: faces.count == 1 ? "" : "-face\(place + 1)")
    }
  }

  private func explain(_ face: FoundFace, of image: String, name suffix: String) throws {
    let title = URL(fileURLWithPath: FileName.shown(image)).lastPathComponent
    let stem = FileName.split(OutputName.of(image)).stem
    let path = "\(request.folder)/\(stem)\(suffix)-\(request.method.rawValue)"
    let explained = explainers.map { ExplainedFace($0, face.crop($0.input.crop)) }
    let sheet = try HeatSheet(
      explained.map(\.row), title: title + suffix.replacing("-", with: ", "), subtitle: subtitle)
    try write(sheet.bytes(as: request.format), to: "\(path).\(request.format.rawValue)")
    try write(numbers(explained), to: "\(path).json")
  }

  private var subtitle: String {
    switch request.method {
    case .gradcam: "Grad-CAM: where the layer's maps speak for each class"
    case .saliency: "saliency: how much each pixel would change each class's logit"
    case .smoothgrad: "SmoothGrad: saliency, averaged over noisy copies"
    case .guided: "guided backpropagation: what raises each class's logit"
    }
  }

  private func numbers(_ explained: [ExplainedFace]) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return Array(try encoder.encode(explained.map(\.numbers))) + [10]
  }

  private func write(_ bytes: [UInt8], to path: String) throws {
    try OutputFile.write(path, force: request.force, whenWaiting: Terminal.sayWaiting) { try $0.write(bytes) }
    Terminal.printToStandardError("Wrote \(shown(path)).\n")
  }
}

/// One face as one network sees it, with its reasons.
struct ExplainedFace {
  private let explainer: Explainer
  private let crop: [UInt8]
  private let explanation: Explanation

  init(_ explainer: Explainer, _ crop: [UInt8]) {
    (self.explainer, self.crop) = (explainer, crop)
    explanation = explainer.explain(crop)
  }

  /// For the sheet.
  var row: HeatSheet.Row {
    let names = explainer.labels.names
    let cells = names.indices.map { place in
      HeatSheet.Cell(
        names[place], probability: explanation.probabilities[place], heat: explainer.overlay(explanation.maps[place]))
    }
    return HeatSheet.Row(
      explainer.model, detail: explainer.layer.map { "layer: \($0)" } ?? "", image: crop, side: explainer.input.crop,
      cells: cells)
  }

  /// For other programs.
  struct Numbers: Encodable {
    let model: String
    let method: String
    let layer: String?
    let labels: [String]
    let probabilities: [Double]
    let maps: [HeatMap]
  }

  var numbers: Numbers {
    Numbers(
      model: explainer.model, method: explainer.method.rawValue, layer: explainer.layer,
      labels: explainer.labels.names, probabilities: explanation.probabilities, maps: explanation.maps)
  }
}

extension Explainer {
  /// A map over the middle of the crop, each class by itself from nothing to its most.
  func overlay(_ map: HeatMap) -> HeatOverlay {
    // A handful of pixels carry the largest gradients; maps of a layer are smooth.
    let scaled = map.scaled(part: method == .gradcam ? 1 : 0.99)
    return HeatOverlay(scaled.resized(width: HeatOverlay.side, height: HeatOverlay.side).values, over: region)
  }
}
