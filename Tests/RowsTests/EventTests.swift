import Core
import Testing

@testable import Rows

@Suite struct EventTests {
  private func result(_ time: Double, _ expression: String?, track: Int = 1) -> FrameResult {
    let face = FaceResult(
      track: track, box: Box(x: 0, y: 0, width: 9, height: 9), score: 1, source: .measured, expression: expression,
      reason: expression == nil ? .unclear : nil, confidence: 0.8, probabilities: [])
    return FrameResult(frame: Int((time * 10).rounded()), time: time, faces: [face])
  }

  /// Events of a script: a letter a tenth of a second.
  private func events(_ rule: String, _ script: String) throws -> [Int] {
    var watcher = EventWatcher([try #require(EventRule(rule))])
    let words: [Character: String] = ["h": "happy", "s": "sad"]
    return script.enumerated().flatMap { watcher.take(result(Double($0) / 10, words[$1])).map(\.frame) }
  }

  @Test func rulesAreReadAsPeopleWriteThem() {
    for text in ["happy for 2s", "happy for 2", "happy for 2 s", "  happy   for 2000ms"] {
      #expect(EventRule(text) == EventRule(expression: "happy", hold: 2))
    }
    #expect(EventRule("sad") == EventRule(expression: "sad", hold: 0))
    for text in ["", "happy 2s", "happy for", "happy for x", "happy for -1s", "happy for inf"] {
      #expect(EventRule(text) == nil)
    }
  }

  @Test func firesOnceWhenHeldLongEnough() throws {
    #expect(try events("happy for 1s", "sshhhhhhhhhhhhhhhhhhhhhh") == [12])
    #expect(try events("happy for 1s", "hhhhhhhhhsssssssssssssss") == [])
    #expect(try events("happy", "sssh") == [3])
    #expect(try events("uncertain for 500ms", "??????") == [5])
  }

  @Test func aShortSlipDoesNotEndAnEpisode() throws {
    #expect(try events("happy for 1s", "hhhhhsshhhhhhhhhhh") == [10])
    #expect(try events("happy for 1s", "hhhhhssssshhhhhhhhhhhhhh") == [20])
  }

  @Test func theNextEpisodeNeedsARest() throws {
    #expect(try events("happy for 500ms", "hhhhhhhhsssshhhhhhhhhhhh") == [5])
    #expect(try events("happy for 500ms", "hhhhhhhhsssssssshhhhhhhh") == [5, 21])
  }

  @Test func everyFaceHasItsOwnEpisodes() throws {
    var watcher = EventWatcher([EventRule(expression: "happy", hold: 1)])
    var tracks: [Int] = []
    for step in 0...20 {
      var both = result(Double(step) / 10, "happy", track: 1)
      if step > 5 { both.faces += result(0, "happy", track: 2).faces }
      tracks += watcher.take(both).map(\.track)
    }
    #expect(tracks == [1, 2])
  }
}
