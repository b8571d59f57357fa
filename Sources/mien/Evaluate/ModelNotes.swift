import Evaluation
import Recognition
import Training

/// What people should know of the models that were judged, by their names.
struct ModelNotes {
  private var dropped: [String: [String]] = [:]
  private var trainedOn: [String: Int] = [:]

  /// Notes of `model`, whose `head` answers about `judged`.
  mutating func add(_ model: Model, _ head: JudgedHead, _ judged: FaceDataSet) {
    if !head.dropped.isEmpty { dropped[model.name] = head.dropped }
    let seen = TrainedOn(metadata: model.metadata)?.seen(in: judged, people: false) ?? 0
    if seen > 0 { trainedOn[model.name, default: 0] += seen }
  }

  func add(to result: inout EvaluationResult) {
    result.dropped = dropped.isEmpty ? nil : dropped
    result.trainedOn = trainedOn.isEmpty ? nil : trainedOn
  }
}
