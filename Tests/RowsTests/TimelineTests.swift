import Testing

@testable import Core
@testable import Rows

private let labels = LabelSet.ferPlus

private func face(_ expression: String?, _ p: Double = 0.9, track: Int = 1, reason: Uncertainty? = nil) -> FaceResult {
  let rest = (1 - p) / Double(labels.names.count - 1)
  return FaceResult(
    track: track, box: Box(x: 0, y: 0, width: 80, height: 80), score: 1, source: .measured, expression: expression,
    reason: reason, confidence: p, probabilities: labels.names.map { $0 == (expression ?? "sad") ? p : rest })
}

/// Ten frames a second; nil for a frame without the face.
private func timeline(_ faces: [FaceResult?], from start: Double = 0) -> Timeline {
  var builder = TimelineBuilder(labels: labels)
  for (i, face) in faces.enumerated() {
    builder.add(FrameResult(frame: i, time: start + Double(i) / 10, faces: face.map { [$0] } ?? []))
  }
  return builder.timeline()
}

private func run(_ expression: String?, _ count: Int, reason: Uncertainty? = nil) -> [FaceResult?] {
  Array(repeating: face(expression, reason: reason), count: count)
}

@Suite struct TimelineTests {
  @Test func segmentsFollowOneAnother() {
    let result = timeline(run("happy", 20) + run("sad", 10), from: 5)
    let segments = result.tracks[0].segments
    #expect(segments.map(\.expression) == ["happy", "sad"])
    #expect(abs(segments[0].start - 5) < 1e-9 && abs(segments[0].end - 7) < 1e-9)
    #expect(abs(segments[1].end - 8) < 1e-6 && abs(result.end - 8) < 1e-6)
    #expect(segments.allSatisfy { abs($0.confidence - 0.9) < 1e-9 })
    #expect(result.frames == 30)
  }

  @Test func flickerIsNotASegment() {
    let result = timeline(run("happy", 10) + run("sad", 2) + run("fear", 2) + run("happy", 10))
    #expect(result.tracks[0].segments.map(\.expression) == ["happy"])
    #expect(result.tracks[0].segments[0].confidence < 0.9)
  }

  @Test func shortBeginningJoinsWhatFollows() {
    let result = timeline(run(nil, 2, reason: .blurred) + run("happy", 20))
    #expect(result.tracks[0].segments.map(\.expression) == ["happy"])
    #expect(result.tracks[0].segments[0].start == 0)
  }

  @Test func absenceSplits() {
    let result = timeline(run("happy", 10) + [FaceResult?](repeating: nil, count: 15) + run("happy", 10))
    let segments = result.tracks[0].segments
    #expect(segments.count == 2)
    #expect(abs(segments[0].end - 1) < 1e-6 && abs(segments[1].start - 2.5) < 1e-9)
    #expect(abs(result.tracks[0].duration - 2) < 1e-6)
  }

  @Test func uncertaintyKeepsItsCommonestReason() {
    let faces = run("happy", 10) + run(nil, 3, reason: .dark) + run(nil, 7, reason: .turned)
    let segments = timeline(faces).tracks[0].segments
    #expect(segments.map(\.expression) == ["happy", nil])
    #expect(segments[1].reason == .turned)
  }

  @Test func samplesStayBoundedOverHours() {
    var builder = TimelineBuilder(labels: labels)
    for i in 0..<200_000 {
      let expression = (i / 3000) % 2 == 0 ? "happy" : "sad"
      builder.add(FrameResult(frame: i, time: Double(i) / 25, faces: [face(expression)]))
    }
    let track = builder.timeline().tracks[0]
    #expect(track.samples.count <= TimelineBuilder.sampleLimit && track.samples.count > 200)
    #expect(track.segments.count == 67)
    #expect(track.samples.allSatisfy { abs($0.probabilities.reduce(0, +) - 1) < 1e-6 })
    #expect(zip(track.samples, track.samples.dropFirst()).allSatisfy { $0.time + $0.duration <= $1.time + 1e-6 })
  }

  @Test func nothingSeen() {
    #expect(timeline([]).tracks.isEmpty)
    #expect(timeline([nil, nil]).frames == 2)
  }

  @Test func oneStillFrame() {
    let result = timeline(run("happy", 1))
    #expect(result.tracks[0].segments.count == 1 && result.tracks[0].segments[0].duration > 0)
  }
}
