/// The members whose prediction is right most often, found by trying all of them.
public struct SubsetSearch: Encodable, Hashable, Sendable {
  /// One choice of members.
  public struct Choice: Encodable, Hashable, Sendable {
    /// Names of the models.
    public let models: [String]
    /// Right answers.
    public let correct: Int
    /// Right answers in percent.
    public let accuracy: Double
    /// Places of the models among those tried.
    let members: [Int]

    enum CodingKeys: String, CodingKey { case models, correct, accuracy }
  }

  /// Choices tried.
  public let tried: Int
  /// The best first: most right answers, then fewest members, then the order given. At most ten.
  public let best: [Choice]

  /// Members that are tried at most: 4,095 choices.
  public static let most = 12

  /// Tries every subset of `members`, whose predictions `combination` averages with equal weights.
  /// - Throws: `EvaluationError.tooManyMembers`.
  public init(_ members: [Answers], truth: [Int], _ rule: Combination.Rule) throws(EvaluationError) {
    guard members.count <= SubsetSearch.most else { throw .tooManyMembers(members.count, most: SubsetSearch.most) }
    let predictions = members.map { member in (0..<truth.count).map { Combination(rule).predictions(member, $0) } }
    let choices = (1..<(1 << members.count)).map { bits in
      let chosen = members.indices.filter { bits >> $0 & 1 == 1 }
      let correct = SubsetSearch.correct(chosen.map { predictions[$0] }, truth)
      return Choice(
        models: chosen.map { members[$0].model }, correct: correct,
        accuracy: 100 * Double(correct) / Double(max(truth.count, 1)), members: chosen)
    }
    tried = choices.count
    best = Array(choices.sorted(by: SubsetSearch.isBetter).prefix(10))
  }

  /// The best choice out of `members`.
  public func chosen(from members: [Answers]) -> [Answers] { best[0].members.map { members[$0] } }

  private static func correct(_ predictions: [[[Double]]], _ truth: [Int]) -> Int {
    truth.indices.count { image in
      var sums = predictions[0][image]
      for member in predictions.dropFirst() { for place in sums.indices { sums[place] += member[image][place] } }
      return ConfusionMatrix.answer(sums) == truth[image]
    }
  }

  private static func isBetter(_ a: Choice, _ b: Choice) -> Bool {
    if a.correct != b.correct { return a.correct > b.correct }
    if a.members.count != b.members.count { return a.members.count < b.members.count }
    return a.members.lexicographicallyPrecedes(b.members)
  }
}
