import Core

/// A line on the terminal that says how far the work is: frames, frames a second, time left.
struct Progress {
  private let label: String
  private let total: Int?
  private let clock: any Clock
  private let begin: Double
  private var shown: Double
  private var frames = 0
  private static let interval = 0.25

  /// Progress through `total` frames, where that is known.
  init(_ label: String, total: Int?, clock: any Clock = SystemClock()) {
    (self.label, self.total, self.clock) = (label, total, clock)
    begin = clock.now()
    shown = begin
  }

  /// One frame more; the line to show now, if it is time for one.
  mutating func step() -> String? {
    frames += 1
    let now = clock.now()
    guard now - shown >= Progress.interval else { return nil }
    shown = now
    return line(after: now - begin)
  }

  /// What was done, once it is.
  func summary() -> String {
    let seconds = max(clock.now() - begin, 1e-9)
    return "\(counted(frames, "frame")) in \(duration(seconds)), \(oneDecimal(Double(frames) / seconds)) frames/s"
  }

  private func line(after seconds: Double) -> String {
    let rate = Double(frames) / seconds
    let count = total.map { "\(frames) of \(counted($0, "frame"))" } ?? counted(frames, "frame")
    var parts = [count, "\(oneDecimal(rate)) frames/s"]
    if let total, total > frames { parts.append("\(duration(Double(total - frames) / rate)) left") }
    return "\(label): " + parts.joined(separator: ", ")
  }
}

/// `1:02:03`, `2:03` or `4.5 s`.
func duration(_ seconds: Double) -> String {
  let whole = Int(seconds.rounded())
  if whole < 60 { return "\(oneDecimal(seconds)) s" }
  if whole < 3600 { return "\(whole / 60):\(twoDigits(whole % 60))" }
  return "\(whole / 3600):\(twoDigits(whole / 60 % 60)):\(twoDigits(whole % 60))"
}

private func twoDigits(_ value: Int) -> String { (value < 10 ? "0" : "") + "\(value)" }

/// A number with one digit after the point.
func oneDecimal(_ value: Double) -> String {
  let tenths = Int((value * 10).rounded())
  return "\(tenths / 10).\(tenths % 10)"
}

/// `Progress` shown on a terminal, where there is one and people want it.
final class ProgressLine {
  private var progress: Progress
  private let isShown: Bool
  private let isSummed: Bool
  private let label: String

  init(_ label: String, total: Int?, quiet: Bool) {
    progress = Progress(label, total: total)
    self.label = label
    isShown = !quiet && Terminal.isWatched
    isSummed = !quiet
  }

  /// One frame more.
  func step(isShown: Bool = true) {
    guard let line = progress.step(), isShown, self.isShown else { return }
    Terminal.printToStandardError("\r\(line)\u{1B}[K")
  }

  /// All is done.
  func end() {
    if isSummed { Terminal.printToStandardError("\(isShown ? "\r\u{1B}[K" : "")\(label): \(progress.summary())\n") }
  }
}
