import Core
import Training

/// Models that were asked about the same images, whose classes are known.
public struct EvaluationPanel: Sendable {
  /// Classes, in order.
  public let labels: LabelSet
  /// The class of each image.
  public let truth: [Int]
  /// The answers of each model.
  public let members: [Answers]
  /// Where the images come from several folds: which are whose, in order.
  public let folds: [(fold: Fold, images: Range<Int>)]

  /// Answers of several models to images of one set.
  public init(truth: [Int], members: [Answers]) {
    precondition(!members.isEmpty && members.allSatisfy { $0.images == truth.count })
    (self.labels, self.truth, self.members, folds) = (members[0].labels, truth, members, [])
  }

  /// Several folds, each with the answers of the models that did not see it, as one.
  public init(_ parts: [(fold: Fold, panel: EvaluationPanel)]) {
    labels = parts[0].panel.labels
    truth = parts.flatMap(\.panel.truth)
    members = parts[0].panel.members.indices.map { place in Answers.joined(parts.map { $0.panel.members[place] }) }
    var (folds, start): ([(fold: Fold, images: Range<Int>)], Int) = ([], 0)
    for part in parts {
      folds.append((part.fold, start..<start + part.panel.truth.count))
      start += part.panel.truth.count
    }
    self.folds = folds
  }
}

extension FaceDataSet {
  /// The labels that the set is made of: `ferPlus` where it has an image of contempt, else FER2013's.
  public var ownLabels: LabelSet { labels.contains(LabelSet.fer2013.names.count) ? .ferPlus : .fer2013 }

  /// The images whose class among `labels` is known, and their classes. For `ferPlus` that is the majority of votes, or
  /// the label itself where the set has no votes and knows contempt.
  /// - Parameter folder: the set's, for errors.
  /// - Throws: `EvaluationError.noVotes`, `.nothingToJudge`.
  public func judged(by labels: LabelSet, folder: String) throws(EvaluationError) -> (set: FaceDataSet, truth: [Int]) {
    if labels == .ferPlus, votes.isEmpty, ownLabels != .ferPlus { throw .noVotes(folder: folder) }
    let usesVotes = labels == .ferPlus && !votes.isEmpty
    let truths = (0..<count).map {
      usesVotes ? majority($0) : self.labels[$0] < labels.names.count ? self.labels[$0] : nil
    }
    let known = truths.indices.filter { truths[$0] != nil }
    guard !known.isEmpty else { throw .nothingToJudge(folder: folder) }
    return (known.count == count ? self : subset(known), known.map { truths[$0]! })
  }
}
