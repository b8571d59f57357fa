/// Class names and the words by which people mean them: in names of folders and in columns of labels.
struct ClassWords {
  /// In the labels' order.
  let names: [String]

  init(_ names: [String]) { self.names = names }

  /// Number of classes.
  var count: Int { names.count }

  /// Other words for the expressions.
  private static let synonyms: [String: [String]] = [
    "angry": ["anger", "an"],
    "disgust": ["disgusted", "di"],
    "fear": ["fearful", "afraid", "scared", "fe"],
    "happy": ["happiness", "joy", "joyful", "ha"],
    "sad": ["sadness", "sa"],
    "surprise": ["surprised", "su"],
    "neutral": ["ne"],
    "contempt": ["contemptuous"],
  ]

  /// The class that `word` means: its name or another word for it, in any case, also with a number before it
  /// (`0_angry`, `3. happiness`). Nil for a number alone.
  func label(of word: String) -> Int? {
    let bare = String(word.lowercased().drop { $0.isNumber || Self.isSeparator($0) })
    return names.firstIndex { $0 == bare || Self.synonyms[$0]?.contains(bare) == true }
  }

  /// The class with the number that `word` is: 0 for the first.
  func label(numbered word: String) -> Int? { Int(word).flatMap { names.indices.contains($0) ? $0 : nil } }

  private static func isSeparator(_ character: Character) -> Bool { " _-.".contains(character) }
}
