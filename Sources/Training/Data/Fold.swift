import Networks

/// One fold of a cross-validation: which images of a set are held out of training and judged.
public struct Fold: Hashable, Sendable, CustomStringConvertible {
  /// What is dealt out to the folds.
  public enum Kind: String, Sendable, CaseIterable {
    /// Whole subjects: nobody is on both sides (JAFFE, CK+).
    case subjects
    /// Single images at random. Images of one subject, and neighbouring frames of one sequence, fall on both sides:
    /// figures made so say how well known faces are recognised again.
    case images
  }

  /// What is dealt out.
  public var kind: Kind
  /// Which fold is held out, from 1.
  public var index: Int
  /// Number of folds; as many as subjects leaves one subject out.
  public var count: Int

  /// Fold `index` of `count`.
  public init(_ kind: Kind = .subjects, index: Int, count: Int) {
    (self.kind, self.index, self.count) = (kind, index, count)
  }

  /// Parses `subjects:I/K` or `images:I/K`; nil where the text is something else or there is no fold I of K.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let kind = Kind(rawValue: String(parts[0])) else { return nil }
    let numbers = parts[1].split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard numbers.count == 2, let index = numbers[0], let count = numbers[1], count >= 2, 1...count ~= index else {
      return nil
    }
    self.init(kind, index: index, count: count)
  }

  /// All folds that `subjects:K` or `images:K` asks for; nil where the text is something else or K is below 2.
  public static func all(_ text: String) -> [Fold]? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let kind = Kind(rawValue: String(parts[0])), let count = Int(parts[1]), count >= 2 else {
      return nil
    }
    return (1...count).map { Fold(kind, index: $0, count: count) }
  }

  /// As `init(_:)` reads it.
  public var description: String { "\(kind.rawValue):\(index)/\(count)" }

  /// Folder, below that of the run, in which training keeps this fold's weights: `subjects-1-of-10`.
  public var folder: String { "\(kind.rawValue)-\(index)-of-\(count)" }

  /// Splits `set`. Subjects in alphabetical order are dealt out to the folds in turn; images in an order that is drawn
  /// once and for all.
  /// - Throws: `DataError.badFold` where there is no such fold.
  public func split(_ set: FaceDataSet) throws(DataError) -> (train: FaceDataSet, held: FaceDataSet) {
    let held = try held(set)
    return (set.subset(held.indices.filter { !held[$0] }), set.subset(held.indices.filter { held[$0] }))
  }

  private func held(_ set: FaceDataSet) throws(DataError) -> [Bool] {
    switch kind {
    case .subjects:
      let subjects = Set(set.subjects).sorted()
      try check(subjects.count)
      let held = Set(subjects.enumerated().filter { isHeld($0.offset) }.map(\.element))
      return set.subjects.map(held.contains)
    case .images:
      try check(set.count)
      var random = RandomStream(Fold.seed, set.count)
      var held = [Bool](repeating: false, count: set.count)
      for (place, image) in random.permutation(set.count).enumerated() { held[image] = isHeld(place) }
      return held
    }
  }

  private static let seed = 1

  private func isHeld(_ place: Int) -> Bool { place % count == index - 1 }

  private func check(_ units: Int) throws(DataError) {
    guard count >= 2, count <= units, 1...count ~= index else {
      throw .badFold(index: index, count: count, units: units, of: kind)
    }
  }
}
