import Core

/// When faces come into sight, go out of it and come back: where a hidden face most likely shows, and a person should look.
struct SightTimes {
  private var last: [Int: Double] = [:]
  private var times: [Double] = []
  private var end = 0.0
  private var begin: Double?
  /// Seconds out of sight that count.
  private static let gap = 0.5
  /// Times nearer to each other than that are one.
  private static let nearness = 0.5

  /// Takes the next frame.
  mutating func add(_ result: FrameResult) {
    begin = begin ?? result.time
    end = result.time
    for face in result.faces {
      if let before = last[face.track] {
        if result.time - before > Self.gap { times += [before, result.time] }
      } else if result.time > begin! {
        times.append(result.time)
      }
      last[face.track] = result.time
    }
  }

  /// In order, seconds of the source.
  func all() -> [Double] {
    let ends = last.values.filter { end - $0 > Self.gap }
    return (times + ends).sorted().reduce(into: []) {
      if let one = $0.last, $1 - one < Self.nearness { return } else { $0.append($1) }
    }
  }
}
