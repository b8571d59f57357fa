/// The candidate that `word` was probably meant to be: the one at the smallest edit distance, if that is small.
func nearest(to word: String, in candidates: [String]) -> String? {
  let limit = max(1, word.count / 3)
  let scored = candidates.map { (distance: editDistance(word, $0), candidate: $0) }
  return scored.filter { $0.distance <= limit }.min { $0.distance < $1.distance }?.candidate
}

/// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other (optimal string alignment).
func editDistance(_ first: String, _ second: String) -> Int {
  let a = Array(first.lowercased()), b = Array(second.lowercased())
  var rows = [Array(0...b.count)]
  for i in 0..<a.count {
    var row = [i + 1]
    for j in 0..<b.count {
      var best = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, rows[i - 1][j - 1] + 1) }
      row.append(best)
    }
    rows.append(row)
  }
  return rows[a.count][b.count]
}
