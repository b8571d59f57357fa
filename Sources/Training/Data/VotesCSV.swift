import Core

/// FER+'s votes (Barsoum et al., 2016): `fer2013new.csv`, a row an image of FER2013 in FER2013's order, ten annotators' votes
/// for eight classes, `unknown` and `NF` (not a face), and the column `Usage`.
enum VotesCSV {
  /// FER+'s column of each class of `LabelSet.ferPlus`.
  private static let columns: [(name: String, column: String)] = [
    ("angry", "anger"), ("disgust", "disgust"), ("fear", "fear"), ("happy", "happiness"), ("sad", "sadness"),
    ("surprise", "surprise"), ("neutral", "neutral"), ("contempt", "contempt"),
  ]

  /// Gives each image of `set` its votes; an image that most annotators call unknown or no face gets none.
  static func attach(_ file: String, split: Split, to set: inout FaceDataSet) throws {
    let reader = try CSVReader(file: file)
    let usage = try reader.column("usage")
    let voted = try LabelSet.ferPlus.names.map { name in
      try reader.column(columns.first { $0.name == name }!.column)
    }
    let others = try [reader.column("unknown"), reader.column("NF")]
    var rows: [[Float]] = []
    try reader.forEachRow { line, all, fields in
      guard Split(named: all.text(fields[usage])) == split else { return }
      let numbers = try (voted + others).map { column in
        guard let vote = all.smallNumber(fields[column]) else {
          throw reader.bad(line, .badVote(all.text(fields[column])))
        }
        return Float(vote)
      }
      rows.append(distribution(numbers))
    }
    guard rows.count == set.count else {
      throw DataError.votesMismatch(file: file, usage: split.usage, rows: rows.count, images: set.count)
    }
    set.votes = rows
  }

  private static func distribution(_ numbers: [Float]) -> [Float] {
    let classes = Array(numbers.dropLast(2))
    let unusable = numbers.suffix(2).max()! >= classes.max()!
    return unusable ? classes.map { _ in 0 } : classes
  }
}
