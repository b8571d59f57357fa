import Core

/// Makes a `Timeline` from results, one frame at a time, in memory that depends on segments and tracks, not on frames.
///
/// Hysteresis: another expression starts a segment only once it has lasted for `hold` seconds; until then the frames
/// count to the segment before. A track out of sight for longer than `gap` ends its segment.
public struct TimelineBuilder {
  /// Most samples a track keeps; neighbours are merged beyond.
  public static let sampleLimit = 512
  /// Seconds before another expression is believed.
  public let hold: Double
  /// Seconds out of sight that end a segment.
  public let gap: Double

  private let labels: LabelSet
  private var tracks: [TrackHistory] = []
  private var open: [TrackKey: Int] = [:]
  private var recordings: [RecordingClock] = []
  /// Tracks of the last frame, which counts until the next.
  private var present: [Int] = []

  /// Nothing seen yet.
  public init(labels: LabelSet, hold: Double = 0.4, gap: Double = 1) {
    self.labels = labels
    self.hold = hold
    self.gap = gap
  }

  /// Takes the next frame. Several inputs come one after another, each with its own times.
  public mutating func add(_ result: FrameResult) {
    if let clock = recordings.last, clock.name == result.input {
      count(result.time - clock.last)
    } else {
      count(recordings.last?.interval ?? 0)
      recordings.append(RecordingClock(name: result.input, start: result.time))
    }
    recordings[recordings.count - 1].add(result.time)
    present = result.faces.map { add($0, at: result.time, input: result.input) }
  }

  /// All seen so far; `end` is the end of the last frame where known.
  public func timeline(end: Double? = nil) -> Timeline {
    var copy = self
    copy.count(recordings.last?.interval ?? 0)
    var all = recordings.map(\.recording)
    if let end, !all.isEmpty { all[all.count - 1].end = end }
    let clocks = Dictionary(zip(recordings, all).map { ($0.name, (interval: $0.interval, end: $1.end)) }) { $1 }
    return Timeline(
      labels: labels, recordings: all,
      tracks: copy.tracks.map { track in
        let clock = clocks[track.key.input]
        return track.finished(labels: labels, frame: clock?.interval ?? 0, end: clock?.end ?? 0)
      })
  }

  /// The last frame lasted for so long.
  private mutating func count(_ seconds: Double) {
    for index in present { tracks[index].count(max(seconds, 0)) }
    present = []
  }

  /// The track's place.
  private mutating func add(_ face: FaceResult, at time: Double, input: String?) -> Int {
    let key = TrackKey(input: input, track: face.track)
    let index = open[key] ?? tracks.count
    if index == tracks.count {
      open[key] = index
      tracks.append(TrackHistory(key: key, start: time))
    }
    tracks[index].add(face, at: time, class: face.expression.flatMap(labels.names.firstIndex), hold: hold, gap: gap)
    return index
  }
}

/// The times of one input.
package struct RecordingClock {
  let name: String?
  let start: Double
  fileprivate(set) var last: Double
  /// Seconds from frame to frame; of a single one what is usual.
  fileprivate(set) var interval = 0.04
  private var frames = 0

  /// Of an input whose first frame is at `start` seconds.
  package init(name: String?, start: Double) { (self.name, self.start, last) = (name, start, start) }

  /// The next frame's time, the first one's as well.
  package mutating func add(_ time: Double) {
    if frames > 0, time > last { interval = time - last }
    last = max(last, time)
    frames += 1
  }

  /// Until now.
  package var recording: TimelineRecording {
    TimelineRecording(name: name, start: start, end: last + interval, frames: frames)
  }
}

struct TrackKey: Hashable {
  var input: String?
  var track: Int
}

/// One track while it grows. `class` is an index in the label set, nil for uncertain.
struct TrackHistory {
  let key: TrackKey
  private var label: Int?
  private var seconds: [Int?: Double] = [:]
  private var done: [Stretch] = []
  private var current: Stretch?
  private var candidate: Stretch?
  private var trail: SampleTrail
  private var lastSeen: Double
  private var interval: Double?

  init(key: TrackKey, start: Double) {
    self.key = key
    lastSeen = start
    trail = SampleTrail(start: start)
  }

  mutating func add(_ face: FaceResult, at time: Double, class label: Int?, hold: Double, gap: Double) {
    if time - lastSeen > gap { interrupt() }
    if time > lastSeen { interval = time - lastSeen }
    lastSeen = time
    self.label = label
    trail.add(face.probabilities, at: time)
    extend(with: face, at: time, class: label)
    if let candidate, time - candidate.start >= hold { believe(candidate, hold: hold) }
  }

  /// The last frame lasted for so long.
  mutating func count(_ duration: Double) { seconds[label, default: 0] += duration }

  /// Segments and samples, the open ones included.
  func finished(labels: LabelSet, frame: Double, end: Double) -> TimelineTrack {
    var copy = self
    copy.interval = interval ?? frame
    copy.interrupt()
    if !copy.done.isEmpty { copy.done[copy.done.count - 1].end = min(copy.done.last!.end, max(end, lastSeen)) }
    return TimelineTrack(
      track: key.track, input: key.input, segments: copy.done.map { $0.segment(labels) }, samples: trail.samples,
      shares: TimelineShare.sorted(seconds.map { (expression: $0.key.map { labels.names[$0] }, seconds: $0.value) }))
  }

  private mutating func extend(with face: FaceResult, at time: Double, class label: Int?) {
    guard current != nil else {
      current = Stretch(label: label, start: time)
      current!.add(face)
      return
    }
    if label == current!.label {
      if let candidate { current!.absorb(candidate) }
      candidate = nil
      current!.add(face)
    } else {
      if candidate?.label != label || candidate == nil { startCandidate(label, at: time) }
      candidate!.add(face)
    }
  }

  private mutating func startCandidate(_ label: Int?, at time: Double) {
    if let candidate { current!.absorb(candidate) }
    candidate = Stretch(label: label, start: time)
  }

  /// A first stretch too short to be believed itself is given to what follows.
  private mutating func believe(_ next: Stretch, hold: Double) {
    var next = next
    current!.end = next.start
    if current!.end - current!.start < hold {
      next.start = current!.start
      next.absorb(current!)
    } else {
      done.append(current!)
    }
    current = next
    candidate = nil
  }

  private mutating func interrupt() {
    guard var last = current else { return }
    if let candidate { last.absorb(candidate) }
    last.end = lastSeen + (interval ?? 0)
    done.append(last)
    current = nil
    candidate = nil
  }
}

/// A run of frames under one label, with sums for its means.
struct Stretch {
  let label: Int?
  var start: Double
  var end = 0.0
  private var frames = 0
  private var sums: [Double] = []
  private var confidences = 0.0
  private var reasons = [Int](repeating: 0, count: Uncertainty.allCases.count)

  init(label: Int?, start: Double) {
    self.label = label
    self.start = start
  }

  mutating func add(_ face: FaceResult) {
    frames += 1
    confidences += face.confidence
    if sums.isEmpty { sums = face.probabilities } else { for i in sums.indices { sums[i] += face.probabilities[i] } }
    if let reason = face.reason { reasons[Uncertainty.allCases.firstIndex(of: reason)!] += 1 }
  }

  mutating func absorb(_ other: Stretch) {
    frames += other.frames
    confidences += other.confidences
    for i in sums.indices { sums[i] += other.sums[i] }
    for i in reasons.indices { reasons[i] += other.reasons[i] }
  }

  func segment(_ labels: LabelSet) -> TimelineSegment {
    TimelineSegment(
      start: start, end: end, expression: label.map { labels.names[$0] },
      reason: label == nil ? commonestReason : nil,
      confidence: (label.map { sums[$0] } ?? confidences) / Double(max(frames, 1)))
  }

  private var commonestReason: Uncertainty? {
    let most = reasons.max()!
    return most == 0 ? nil : Uncertainty.allCases[reasons.firstIndex(of: most)!]
  }
}

/// Probabilities averaged over slots of equal length from the track's start; when they are too many, the slots double.
struct SampleTrail {
  private struct Slot {
    var number: Int
    var count: Int
    var sums: [Double]
  }

  private let start: Double
  private var width = 0.1
  private var slots: [Slot] = []

  init(start: Double) { self.start = start }

  var samples: [TimelineSample] {
    slots.map { slot in
      TimelineSample(
        time: start + Double(slot.number) * width, duration: width,
        probabilities: slot.sums.map { $0 / Double(slot.count) })
    }
  }

  mutating func add(_ probabilities: [Double], at time: Double) {
    put(Slot(number: number(of: time), count: 1, sums: probabilities))
    while slots.count > TimelineBuilder.sampleLimit { double() }
  }

  private func number(of time: Double) -> Int { Int((time - start) / width + 1e-9) }

  private mutating func put(_ slot: Slot) {
    guard let last = slots.last, last.number == slot.number else { return slots.append(slot) }
    let end = slots.count - 1
    slots[end].count += slot.count
    for i in slot.sums.indices { slots[end].sums[i] += slot.sums[i] }
  }

  private mutating func double() {
    let old = slots
    slots.removeAll(keepingCapacity: true)
    width *= 2
    for var slot in old {
      slot.number /= 2
      put(slot)
    }
  }
}
