import Core
import Faces

/// Decides where faces are to be covered in each frame of a recording, given every place that may be a face in each frame.
///
/// Sights of one face in frames near each other form a chain. A frame is asked for once the frames of the next `lookAhead` seconds are
/// known: a chain covers the frames between its sights, and those shortly before its first and after its last, where the face
/// may have been too turned, dark or blurred to be seen. No chain reaches over a cut.
public struct CoverPlanner: Sendable {
  /// For how long and how widely places are covered around what is seen.
  public struct Options: Sendable {
    /// Seconds before the first sight of a face for which its place is covered.
    public var lookAhead = 0.8
    /// Seconds after its last.
    public var persistence = 1.0
    /// Seconds without sight through which a face may pass and be taken for the same.
    public var longestGap = 2.0
    /// The same for a chain of less than `evidence`, before and after, and its longest gap.
    public var doubtfulReach = 0.2
    /// Sum of scores from which a chain is hardly a passing false alarm.
    public var evidence = 0.8
    /// Sides by which a covered box grows for each second away from a sight.
    public var growth = 1.0

    /// The defaults.
    public init() {}
  }

  /// How it covers.
  public let options: Options
  private var chains: [Chain] = []
  /// Number of the shot that the newest frame belongs to, from 0.
  public private(set) var shot = 0

  /// Nothing seen yet.
  public init(options: Options = Options()) { self.options = options }

  /// Takes in what may be faces in the frame at `time` (seconds, rising), the first after a cut where `isCut`.
  public mutating func add(_ sights: [Detection], time: Double, isCut: Bool) {
    if isCut { shot += 1 }
    let oldest = time - options.longestGap - options.lookAhead - options.persistence
    chains.removeAll { $0.last.time < oldest }
    for sight in sights.sorted(by: { $0.score > $1.score }) { link(sight, time) }
  }

  private mutating func link(_ sight: Detection, _ time: Double) {
    let fitting = chains.indices.filter {
      let chain = chains[$0]
      return chain.shot == shot && chain.last.time < time && time - chain.last.time <= options.longestGap
        && chain.fits(sight.box, at: time)
    }
    let nearest = fitting.min {
      chains[$0].distance(to: sight.box, at: time) < chains[$1].distance(to: sight.box, at: time)
    }
    let found = Chain.Sight(time: time, box: sight.box, score: sight.score)
    if let nearest { chains[nearest].add(found) } else { chains.append(Chain(found, shot: shot)) }
  }

  /// What to cover in the frame at `time` of shot number `shot`.
  public func covers(at time: Double, shot: Int) -> [Box] {
    chains.compactMap { $0.shot == shot ? $0.cover(at: time, options) : nil }
  }
}

/// One face, as far as anybody knows, in the frames in which something was seen of it.
private struct Chain: Sendable {
  struct Sight: Sendable {
    var time: Double
    var box: Box
    var score: Double
  }

  let shot: Int
  private var sights: [Sight]
  /// Sum of all scores, also of sights that are forgotten.
  private var evidence: Double

  init(_ first: Sight, shot: Int) { (sights, evidence, self.shot) = ([first], first.score, shot) }

  var last: Sight { sights[sights.count - 1] }

  /// Sights that are asked for no more are forgotten.
  mutating func add(_ sight: Sight) {
    sights.append(sight)
    evidence += sight.score
    if sights.count > 512 { sights.removeFirst(256) }
  }

  /// Whether `box` may be this face's: near where it should be, and about as large.
  func fits(_ box: Box, at time: Double) -> Bool {
    let ratio = box.width / last.box.width
    return distance(to: box, at: time) < 1 + 2 * (time - last.time) && ratio > 0.4 && ratio < 2.5
  }

  /// In sides of the larger box.
  func distance(to box: Box, at time: Double) -> Double {
    let here = moved(from: sights.count - 1, back: max(sights.count - 4, 0), to: time, limit: 8)
    let (dx, dy) = (here.center.x - box.center.x, here.center.y - box.center.y)
    return (dx * dx + dy * dy).squareRoot() / max(last.box.width, box.width)
  }

  /// The place to cover at `time`; nil where it is too far from any sight.
  func cover(at time: Double, _ options: CoverPlanner.Options) -> Box? {
    let isSure = evidence >= options.evidence
    let next = sights.partitioningIndex { $0.time >= time }
    guard next > 0 else { return before(time, isSure ? options.lookAhead : options.doubtfulReach, options) }
    guard next < sights.count else { return after(time, isSure ? options.persistence : options.doubtfulReach, options) }
    if sights[next].time == time { return sights[next].box }
    return between(next - 1, next, time, options, isSure)
  }

  private func before(_ time: Double, _ reach: Double, _ options: CoverPlanner.Options) -> Box? {
    let away = sights[0].time - time
    guard away <= reach else { return nil }
    let moved = moved(from: 0, back: min(3, sights.count - 1), to: time)
    return sights[0].box.union(moved).grown(by: options.growth * away)
  }

  private func after(_ time: Double, _ reach: Double, _ options: CoverPlanner.Options) -> Box? {
    let away = time - last.time
    guard away <= reach else { return nil }
    let moved = moved(from: sights.count - 1, back: max(sights.count - 4, 0), to: time)
    return last.box.union(moved).grown(by: options.growth * away)
  }

  private func between(_ first: Int, _ second: Int, _ time: Double, _ options: CoverPlanner.Options, _ isSure: Bool)
    -> Box?
  {
    let (a, b) = (sights[first], sights[second])
    let nearest = min(time - a.time, b.time - time)
    guard isSure || nearest <= options.doubtfulReach else { return nil }
    let part = (time - a.time) / (b.time - a.time)
    return a.box.mixed(with: b.box, part).grown(by: options.growth * nearest)
  }

  /// Where the box of sight `from` is at `time` if it goes on as it does between that sight and sight `back`: at most `limit` of its sides further.
  private func moved(from: Int, back: Int, to time: Double, limit: Double = 2) -> Box {
    let (here, there) = (sights[from], sights[back])
    guard here.time != there.time else { return here.box }
    let limit = limit * here.box.width
    func step(_ a: Double, _ b: Double) -> Double {
      min(max((a - b) / (here.time - there.time) * (time - here.time), -limit), limit)
    }
    var box = here.box
    box.x += step(here.box.center.x, there.box.center.x)
    box.y += step(here.box.center.y, there.box.center.y)
    return box
  }
}

extension Array {
  /// The first place whose element satisfies `isInSecond`, where all that do come last; the count where none does.
  fileprivate func partitioningIndex(_ isInSecond: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isInSecond(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

extension Box {
  /// The smallest box around both.
  fileprivate func union(_ other: Box) -> Box {
    let (left, top) = (min(x, other.x), min(y, other.y))
    let (right, bottom) = (max(x + width, other.x + other.width), max(y + height, other.y + other.height))
    return Box(x: left, y: top, width: right - left, height: bottom - top)
  }

  /// Larger by `part` of its sides, its middle where it is.
  fileprivate func grown(by part: Double) -> Box {
    Box(
      x: x - width * part / 2, y: y - height * part / 2, width: width * (1 + part), height: height * (1 + part))
  }

  fileprivate func mixed(with other: Box, _ part: Double) -> Box {
    Box(
      x: x + (other.x - x) * part, y: y + (other.y - y) * part, width: width + (other.width - width) * part,
      height: height + (other.height - height) * part)
  }
}
