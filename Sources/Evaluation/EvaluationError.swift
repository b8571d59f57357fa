/// Why models cannot be judged.
public enum EvaluationError: Error, Hashable, Sendable {
  /// No head of the model tells the classes of `labels` apart; `heads` are the classes that it has.
  case noHead(model: String, labels: [String], heads: [[String]])
  /// The data set has neither votes nor an image of contempt: it knows nothing of the label set `ferplus`.
  case noVotes(folder: String)
  /// No image has a known class.
  case nothingToJudge(folder: String)
  /// The model's answers are not numbers: its weights are damaged.
  case notFinite(model: String)
  /// Too many members for trying all subsets.
  case tooManyMembers(Int, most: Int)
  /// As many weights as members are needed, none negative and one above 0.
  case badWeights(given: Int, members: Int)
  /// The run at `folder` has no weights for a fold.
  case missingFold(folder: String, fold: String)
  /// The weights were made for another fold, so they may have seen the held-out images; nil: for none.
  case otherFold(file: String, needed: String, found: String?)
  /// A fold's weights do not say what they were trained on.
  case unknownImages(file: String, fold: String)
  /// The weights saw `images` of the `count` that the fold holds out, or their subjects.
  case seenImages(file: String, fold: String, images: Int, of: Int)
}
