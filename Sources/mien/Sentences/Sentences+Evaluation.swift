import Evaluation

extension EvaluationError: Explained {
  var sentence: String {
    switch self {
    case .noHead(let model, let labels, let heads):
      "\(model) does not tell \(labels.count) classes apart: it knows "
        + heads.map { $0.joined(separator: ", ") }.joined(separator: "; or ") + ". Try --labels people or fer2013."
    case .noVotes(let folder): "\(folder) has no fer2013new.csv with people's votes: use --labels fer2013."
    }
  }
}
