import Networks

/// What a network says of a validation split.
struct ValidationFigures {
  var accuracy = 0.0
  var loss = 0.0
  var votesAccuracy: Double?
}

extension Trainer {
  /// Judges the averaged weights (the trained ones where there is no average) on the validation split.
  func validate() -> ValidationFigures { average.isEmpty ? judge() : withAverage(judge) }

  private func judge() -> ValidationFigures {
    var figures = ValidationFigures()
    let judged = validation.votes.isEmpty ? [] : (0..<validation.count).map { validation.majority($0) }
    var (right, rightVotes) = (0, 0)
    for start in stride(from: 0, to: validation.count, by: configuration.batchSize) {
      let indices = Array(start..<min(start + configuration.batchSize, validation.count))
      validationBatches.fill(executor.input, indices, seed: nil)
      executor.forward(batch: indices.count, training: false)
      let labels = indices.map { validation.labels[$0] }
      figures.loss += labelLoss(labels)
      right += correct(executor.output(graph.heads[0]), configuration.classCount, labels)
      if let head = votesHead, !judged.isEmpty {
        rightVotes += correct(
          executor.output(head), graph.nodes[head.node].shape.count, indices.map { judged[$0] ?? -1 })
      }
    }
    figures.accuracy = 100 * Double(right) / Double(validation.count)
    figures.loss /= Double(validation.count)
    let counted = judged.count { $0 != nil }
    if votesHead != nil, counted > 0 { figures.votesAccuracy = 100 * Double(rightVotes) / Double(counted) }
    return figures
  }

  /// The head that learns people's votes, where it is trained.
  var votesHead: Head? { configuration.votesWeight > 0 ? graph.heads.first { $0.name == "votes" } : nil }

  /// Sum of the main head's losses over a batch.
  private func labelLoss(_ labels: [Int]) -> Double {
    let targets = Targets(labels: labels, classes: configuration.classCount, smoothing: 0, weights: nil)
    let head = graph.heads[0]
    return targets.loss(executor.output(head), weight: 0, gradient: executor.outputGradient(head))
      * Double(labels.count)
  }
}
