/// One fold of a cross-validation that keeps each subject's pictures on one side (JAFFE, CK+).
public struct SubjectFold: Hashable, Sendable {
  /// Which fold is held out, from 1.
  public var index: Int
  /// Number of folds; as many as subjects leaves one subject out.
  public var count: Int

  /// Fold `index` of `count`.
  public init(index: Int, count: Int) {
    self.index = index
    self.count = count
  }

  /// Parses `subjects:I/K`; nil where the text is something else.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0] == "subjects" else { return nil }
    let numbers = parts[1].split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard numbers.count == 2, let index = numbers[0], let count = numbers[1] else { return nil }
    self.init(index: index, count: count)
  }

  /// Splits `set`: subjects in alphabetical order are dealt out to the folds in turn.
  /// - Throws: `DataError.badFold` where there is no such fold.
  public func split(_ set: FaceDataSet) throws(DataError) -> (train: FaceDataSet, held: FaceDataSet) {
    let subjects = Set(set.subjects).sorted()
    guard count >= 2, count <= subjects.count, 1...count ~= index else {
      throw .badFold(index: index, count: count, subjects: subjects.count)
    }
    let held = Set(subjects.enumerated().filter { $0.offset % count == index - 1 }.map(\.element))
    let isHeld = set.subjects.map(held.contains)
    return (set.subset(set.labels.indices.filter { !isHeld[$0] }), set.subset(set.labels.indices.filter { isHeld[$0] }))
  }
}
