import Foundation

extension ConfusionMatrix {
  /// A table for LaTeX with the package `booktabs`: rows are truth, columns answers, both in percent of the row.
  public func tex(caption: String) -> String {
    let columns = String(repeating: "r", count: classes.count)
    let head = classes.map(TeXText.escaped).joined(separator: " & ")
    let rows = classes.indices.map { place in
      let total = counts[place].reduce(0, +)
      let cells = counts[place].enumerated().map { column, count in
        total == 0 ? "--" : cell(100 * Double(count) / Double(total), isRight: column == place)
      }
      return "    \(TeXText.escaped(classes[place])) & \(cells.joined(separator: " & ")) & \(total) \\\\"
    }
    return """
      % Needs \\usepackage{booktabs}.
      \\begin{table}
        \\centering
        \\caption{\(TeXText.escaped(caption))}
        \\begin{tabular}{l\(columns)r}
          \\toprule
          truth & \(head) & images \\\\
          \\midrule
      \(rows.map { "    " + $0.drop { $0 == " " } }.joined(separator: "\n"))
          \\bottomrule
        \\end{tabular}
      \\end{table}

      """
  }

  private func cell(_ percent: Double, isRight: Bool) -> String {
    let number = String(format: "%.1f", percent)
    return isRight ? "\\textbf{\(number)}" : number
  }
}
