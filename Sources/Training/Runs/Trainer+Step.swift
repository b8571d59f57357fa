import Foundation
import Networks

extension Trainer {
  /// Does the next step of the epoch in progress.
  /// - Throws: `RunError.lossDiverged`.
  func step() throws {
    let indices = nextIndices()
    let seed = (run: configuration.seed, epoch: state.epoch)
    trainBatches.fill(executor.input, indices, seed: seed)
    let mixing = mix(indices.count)
    executor.forward(batch: indices.count, seed: stepSeed)
    let loss = writeGradients(indices, mixing)
    guard loss.isFinite else { throw RunError.lossDiverged(epoch: state.epoch + 1, step: state.step + 1) }
    executor.zeroGradients()
    executor.backward()
    trained.update(rate: rate, step: globalStep + 1, pool: executor.pool)
    state.lossSum += loss * Double(indices.count)
    state.seen += indices.count
    state.step += 1
  }

  private var globalStep: Int { state.epoch * stepsInEpoch + state.step }

  private var stepSeed: UInt64 {
    var random = RandomStream(configuration.seed, globalStep, 0xD0)
    return random.next()
  }

  /// The rate of the step that comes next.
  var rate: Double { schedule.rate(globalStep) }

  private func nextIndices() -> [Int] {
    if order.epoch != state.epoch {
      var random = RandomStream(configuration.seed, state.epoch, 0x5F)
      order = (state.epoch, random.permutation(train.count))
    }
    let start = state.step * configuration.batchSize
    return Array(order.indices[start..<min(start + configuration.batchSize, train.count)])
  }

  /// Blends the batch's inputs with those of their partners; nil without mixup.
  private func mix(_ count: Int) -> (partners: [Int], share: Float)? {
    guard configuration.mixup > 0 else { return nil }
    var random = RandomStream(configuration.seed, globalStep, 0x313)
    let partners = random.permutation(count)
    let share = random.beta(configuration.mixup)
    let size = graph.input.count
    let own = Array(executor.input.prefix(count * size))
    for (image, partner) in partners.enumerated() {
      for i in 0..<size {
        executor.input[image * size + i] = own[image * size + i] * share + own[partner * size + i] * (1 - share)
      }
    }
    return (partners, share)
  }

  private func writeGradients(_ indices: [Int], _ mixing: (partners: [Int], share: Float)?) -> Double {
    var total = 0.0
    for (position, head) in graph.heads.enumerated() {
      var (targets, weight) = targets(head, indices)
      teacher?.blend(
        into: &targets, votes: head.name == "votes", indices, share: Float(configuration.teacherWeight))
      if let mixing { targets.mix(mixing.partners, share: mixing.share) }
      let logits = executor.output(head)
      let loss = targets.loss(logits, weight: weight, gradient: executor.outputGradient(head))
      if weight > 0 { total += Double(weight) * loss }
      if position == 0 { state.correct += correct(logits, targets.classes, indices.map { train.labels[$0] }) }
    }
    return total
  }

  private func targets(_ head: Head, _ indices: [Int]) -> (Targets, weight: Float) {
    let classes = graph.nodes[head.node].shape.count
    if head.name == "votes" {
      let votes = indices.map { train.votes.isEmpty ? [Float](repeating: 0, count: classes) : train.votes[$0] }
      return (Targets(votes: votes, classes: classes), Float(configuration.votesWeight))
    }
    let targets = Targets(
      labels: indices.map { train.labels[$0] }, classes: classes, smoothing: Float(configuration.labelSmoothing),
      weights: classWeights)
    return (targets, head.trainingOnly ? Float(configuration.auxiliaryWeight) : 1)
  }
}

/// Rows of logits whose largest is the label.
func correct(_ logits: some RandomAccessCollection<Float>, _ classes: Int, _ labels: [Int]) -> Int {
  labels.enumerated().count { image, label in
    let start = logits.index(logits.startIndex, offsetBy: image * classes)
    let row = logits[start..<logits.index(start, offsetBy: classes)]
    return logits.distance(from: start, to: row.indices.max { row[$0] < row[$1] }!) == label
  }
}

extension RandomStream {
  /// A draw of beta(a, a), by Jöhnk's method (1964).
  mutating func beta(_ a: Double) -> Float {
    while true {
      let (x, y) = (pow(Double(uniform()), 1 / a), pow(Double(uniform()), 1 / a))
      if x + y <= 1, x + y > 0 { return Float(x / (x + y)) }
    }
  }
}
