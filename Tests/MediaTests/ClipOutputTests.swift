import Foundation
import Media
import Recognition
import TestSupport
import Testing

/// Writes `input`'s pictures to `output`, untouched.
@discardableResult
func rewrite(
  _ path: String, to output: String, _ options: OutputOptions = OutputOptions(), _ range: InputOptions = InputOptions()
) throws -> [MediaWarning] {
  let input = try MediaInput.open(path, options: range)
  let sink = try MediaOutput.create(output, for: input, options: options)
  while let frame = try input.next() {
    try sink.consume(frame, FrameResult(frame: frame.index, time: frame.time, faces: []))
  }
  try sink.commit()
  return input.warnings + sink.warnings
}

/// Rewriting the real clips, with ffmpeg and ffprobe as oracles.
@Suite(.enabled(if: TestData.folder != nil, "\(TestData.missing)"))
struct ClipOutputTests {
  /// Same number of pictures, same times within a millisecond or a tick, same payload of sound.
  private func expectSame(_ source: String, _ output: String, tick: Double = 0.001) throws {
    let (before, after) = (try Oracle.times(source), try Oracle.times(output))
    #expect(before.count == after.count)
    #expect(zip(before, after).allSatisfy { abs(($0 ?? 0) - ($1 ?? 0)) <= tick || $0 == nil })
    guard try !Oracle.probe(source, ["-select_streams", "a", "-show_entries", "stream=index"]).isEmpty else { return }
    #expect(try Oracle.payloads(source, "a") == Oracle.payloads(output, "a"))
    let start = try Oracle.firstSound(source)
    let moved = try Oracle.firstSound(output)
    #expect(abs(start - moved) <= 0.001)
  }

  /// Matroska, and also MP4 where the sound may go into it: half of the clips each.
  @Test(arguments: Array(Clips.all.enumerated()).map { ($1, $0 % 2 == 0 || $1.hasSuffix("avi") ? "mp4" : "mkv") })
  func timesAndSoundAreKept(path: String, ending: String) throws {
    let scratch = try Scratch()
    let output = scratch.path("out.\(ending)")
    try rewrite(path, to: output)
    try expectSame(path, output)
    // Full range reads as the older name.
    #expect(["h264,yuv420p", "h264,yuvj420p"].contains(try Oracle.entry(output, "v:0", "codec_name,pix_fmt")))
  }
}
