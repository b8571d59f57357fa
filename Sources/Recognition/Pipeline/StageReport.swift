import Glibc

/// What one stage did: overlay, `--json` and bench read this one value.
public struct StageReport: Codable, Hashable, Sendable {
  /// `decode`, `analyse`, `write`, …
  public var name: String
  /// Frames that went through.
  public var count: Int
  /// Frames thrown out before this stage.
  public var dropped: Int
  /// Median time for a frame, milliseconds.
  public var p50: Double
  /// 95th percentile, milliseconds.
  public var p95: Double
  /// 99th percentile, milliseconds.
  public var p99: Double
  /// Mean number of frames that waited for this stage.
  public var queueDepth: Double

  enum CodingKeys: String, CodingKey {
    case name, count, dropped
    case p50 = "p50_ms"
    case p95 = "p95_ms"
    case p99 = "p99_ms"
    case queueDepth = "queue_depth"
  }
}

/// Counts and times of one stage, in memory that does not grow: a histogram with 64 steps an octave, so a percentile
/// is true within 1.1 %.
struct StageMeter {
  private static let stepsPerOctave = 64
  private static let shortest = 1e-6
  private var histogram = [Int](repeating: 0, count: 30 * stepsPerOctave)
  private(set) var count = 0
  private var depths = 0

  /// Takes one frame's time in seconds and the queue's depth when it came.
  mutating func add(seconds: Double, depth: Int = 0) {
    count += 1
    depths += depth
    let octaves = log2(max(seconds / Self.shortest, 1))
    histogram[min(Int(octaves * Double(Self.stepsPerOctave)), histogram.count - 1)] += 1
  }

  /// Milliseconds that `share` of the frames stay within; 0 before the first frame.
  func percentile(_ share: Double) -> Double {
    guard count > 0 else { return 0 }
    let rank = max(1, Int((share * Double(count)).rounded(.up)))
    var seen = 0
    let step = histogram.firstIndex {
      seen += $0; return seen >= rank
    }!
    return Self.shortest * exp2((Double(step) + 0.5) / Double(Self.stepsPerOctave)) * 1000
  }

  func report(_ name: String, dropped: Int = 0) -> StageReport {
    StageReport(
      name: name, count: count, dropped: dropped, p50: percentile(0.5), p95: percentile(0.95), p99: percentile(0.99),
      queueDepth: count == 0 ? 0 : Double(depths) / Double(count))
  }
}
