import Foundation

/// Round moments for a time axis, and how people write moments.
package struct TimeAxis {
  private static let steps: [Double] = [
    0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400,
  ]
  /// Seconds between marks.
  let step: Double
  /// The marks, seconds.
  let marks: [Double]

  /// At most `most` marks from `start` to `end`.
  init(start: Double, end: Double, most: Int) {
    let span = max(end - start, 1e-3)
    let step = Self.steps.first { span / $0 <= Double(most) } ?? (span / Double(most) / 86400).rounded(.up) * 86400
    self.step = step
    let first = Int((start / step - 1e-9).rounded(.up))
    let last = Int((end / step + 1e-9).rounded(.down))
    marks = first <= last ? (first...last).map { Double($0) * step } : []
  }

  /// A mark's name: `0:05`, `1:02:30`, or `0:00.25` where the step is under a second.
  func name(_ mark: Double) -> String { Self.clock(mark, decimals: step >= 1 ? 0 : step >= 0.1 ? 1 : 2) }

  /// `m:ss`, `h:mm:ss`, with decimals of a second.
  package static func clock(_ seconds: Double, decimals: Int = 0) -> String {
    let unit = pow(10, Double(decimals))
    let total = Int((max(seconds, 0) * unit).rounded())
    let whole = total / Int(unit)
    let (h, m, s) = (whole / 3600, whole / 60 % 60, whole % 60)
    let fraction = decimals == 0 ? "" : "." + padded(total % Int(unit), to: decimals)
    return h > 0 ? "\(h):\(padded(m, to: 2)):\(padded(s, to: 2))\(fraction)" : "\(m):\(padded(s, to: 2))\(fraction)"
  }

  private static func padded(_ number: Int, to digits: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(digits - text.count, 0)) + text
  }
}
