import Core
import Networks
import Recognition

/// What trained models say of every training image, as part of another network's targets (Hinton et al., 2015; a network
/// taught by its like often passes it: Furlanello et al., ICML 2018). Each image is seen as it is and mirrored.
struct Teacher {
  /// Probabilities of the main head's classes, image after image.
  private let main: [Float]
  /// Those of `LabelSet.ferPlus`; empty where no teacher has that head.
  private let votes: [Float]

  /// Asks the models in `files` about `set`.
  /// - Throws: `RunError.badTeacher` where one does not know `classes`; `ModelError`, `WeightFileError`.
  init(_ files: [String], _ classes: LabelSet, _ set: FaceDataSet, pool: ThreadPool) throws {
    let models = try files.map { try Model(path: $0) }
    var answers: [LabelSet: [[Float]]] = [:]
    for (file, model) in zip(files, models) {
      guard model.head(for: classes) != nil else { throw RunError.badTeacher(file: file, classes: classes.names) }
      let heads = Set([classes, .ferPlus]).compactMap { labels in model.head(for: labels).map { (labels, $0) } }
      let logits = try model.logits(of: heads.map(\.1.name), on: set, views: 2, pool: pool) { _, view in
        AugmentationSample(flipped: view == 1)
      }
      for ((labels, head), logits) in zip(heads, logits) {
        answers[labels, default: []].append(head.probabilities(logits, as: labels, views: 2))
      }
    }
    main = mean(answers[classes]!)
    votes = mean(answers[.ferPlus] ?? [])
  }

  /// Makes `share` of the targets of the images at `indices` what the teachers say.
  func blend(into targets: inout Targets, votes isVotes: Bool, _ indices: [Int], share: Float) {
    let said = isVotes ? votes : main
    guard !said.isEmpty else { return }
    let classes = targets.classes
    targets.blend(share: share) { image, c in said[indices[image] * classes + c] }
  }
}

/// Element by element; empty for none.
private func mean(_ rows: [[Float]]) -> [Float] {
  guard var sum = rows.first else { return [] }
  for row in rows.dropFirst() {
    for i in sum.indices { sum[i] += row[i] }
  }
  return sum.map { $0 / Float(rows.count) }
}

extension ModelHead {
  /// Calibrated probabilities in the order of `labels`, the mean over each image's `views`.
  fileprivate func probabilities(_ logits: [Float], as labels: LabelSet, views: Int) -> [Float] {
    let (width, places) = (order.count, outputs(for: labels.names))
    return stride(from: 0, to: logits.count, by: width * views).flatMap { first in
      mean(
        (0..<views).map { view in
          probabilities(places.map { logits[first + view * width + $0] }).map { Float($0) }
        })
    }
  }
}
