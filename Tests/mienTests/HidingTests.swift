import Foundation
import TestSupport
import Testing

/// `--hide-faces`, judged by a face detector of another make: OpenCV's cascade, which needs no file that is not in Debian.
/// `tools/faces/hidden.py` does the same with YuNet over whole folders of clips.
@Suite(.serialized, .enabled(if: Python.has("cv2"), Comment(rawValue: Python.missing("cv2"))))
struct HidingTests {
  /// A second of a wall, then a face that is there at once, then the wall again.
  private func popUp(_ scratch: Scratch, _ more: String...) throws -> String {
    let path = scratch.path("pop.mkv")
    let graph = """
      [1]crop=220:240:374:110,scale=150:-2[face];
      [0][face]overlay=90:40:enable='between(t,0.76,1.56)',format=yuv420p
      """
    try ffmpeg(
      [
        "-f", "lavfi", "-i", "gradients=s=320x240:d=2.4:r=25:c0=0x556070:c1=0x707868:x0=0:y0=0:x1=320:y1=240:seed=1",
        "-i", sampleClip,
      ]
        + ["-filter_complex", graph, "-t", "2.4", "-c:v", "libx264", "-crf", "12"] + more + [path])
    return path
  }

  private func ffmpeg(_ arguments: [String]) throws {
    let outcome = try Tool.run("/usr/bin/ffmpeg", ["-v", "error", "-y"] + arguments)
    try #require(outcome.status == 0, "\(outcome.errors)")
  }

  /// Numbers of the frames in which OpenCV finds a face.
  private func bareFrames(_ path: String) throws -> [Int] {
    let script = """
      import cv2, sys
      faces = cv2.CascadeClassifier('/usr/share/opencv4/haarcascades/haarcascade_frontalface_alt2.xml')
      video, number = cv2.VideoCapture(sys.argv[1]), 0
      while True:
          there, image = video.read()
          if not there: break
          if len(faces.detectMultiScale(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), 1.1, 3, minSize=(30, 30))): print(number)
          number += 1
      """
    return String(decoding: try Python.run(script, path), as: UTF8.self).split(separator: "\n").compactMap { Int($0) }
  }

  @Test(arguments: ["blur", "pixelate", "mask"]) func noFrameShowsAFaceThatAppearsAtOnce(style: String) throws {
    let scratch = try Scratch()
    let clip = try popUp(scratch)
    try #require(bareFrames(clip).contains(20), "the face is there from frame 19 to 39")
    for every in style == "mask" ? ["1", "8"] : ["1"] {
      let hidden = scratch.path("\(every).mkv")
      let outcome = try Program.mien("annotate", clip, "-o", hidden, "--hide-faces", style, "--every", every)
      try #require(outcome.status == 0, "\(outcome.errors)")
      #expect(try bareFrames(hidden) == [])
    }
  }

  @Test func aRecordingOfLiveShowsNoneEither() throws {
    let scratch = try Scratch()
    let clip = try popUp(scratch)
    let outcome = try Program.mien(
      "live", clip, "--headless", "--record", scratch.path("live.mkv"), "--hide-faces", "pixelate")
    try #require(outcome.status == 0, "\(outcome.errors)")
    #expect(try bareFrames(scratch.path("live.mkv")) == [])
    #expect(try Probe.times(scratch.path("live.mkv")).count > 30, "held frames are written, too")
  }

  @Test func streamsThatNobodyLookedAtAreLeftOut() throws {
    let scratch = try Scratch()
    let clip = try popUp(scratch)
    let (two, font) = (scratch.path("two.mkv"), scratch.path("notes.txt"))
    try "1\n00:00:00,000 --> 00:00:01,000\nHello\n".write(
      toFile: scratch.path("s.srt"), atomically: true, encoding: .utf8)
    try "text".write(toFile: font, atomically: true, encoding: .utf8)
    try ffmpeg(["-i", clip, "-vf", "select=eq(n\\,25)", "-frames:v", "1", scratch.path("cover.png")])
    try ffmpeg(
      [
        "-i", clip, "-i", sampleClip, "-i", scratch.path("s.srt"), "-map", "0:v", "-map", "1:v", "-map", "1:a", "-map",
        "2:s",
      ]
        + ["-attach", scratch.path("cover.png"), "-metadata:s:t:0", "mimetype=image/png", "-attach", font]
        + ["-metadata:s:t:1", "mimetype=text/plain", "-c", "copy", "-t", "2", two])
    let outcome = try Program.mien("annotate", two, "-o", scratch.path("out.mkv"), "--hide-faces", "mask")
    try #require(outcome.status == 0, "\(outcome.errors)")
    #expect(try Probe.kinds(scratch.path("out.mkv")) == ["video", "audio", "subtitle"])
    #expect(outcome.errors.contains("was left out: it may show faces"))
  }

  @Test func cropsAreNotWrittenBesideHiddenFaces() throws {
    let outcome = try Program.mien(
      "annotate", sampleClip, "-o", "x.mp4", "--hide-faces", "mask", "--show-crops", "x")
    #expect(outcome.status == 2 && outcome.complaints.count == 1)
  }
}
