import Foundation
import Testing

@testable import Core
@testable import Media

/// Virtual cameras as outputs, and coded formats through them. Slow: in the machine of `make test-v4l2` alone.
@Suite(.enabled(if: V4L2Cameras.areThere, "skipped: in make test-v4l2"), .serialized) struct V4L2OutputSlow {
  typealias Cameras = V4L2Cameras

  private func nobody(_ frame: MediaFrame) -> FrameResult {
    FrameResult(frame: frame.index, time: frame.time, faces: [])
  }

  /// Frames of the second camera go into a virtual one, and come out of it alike.
  @Test func whatIsWrittenIsReadBack() throws {
    try Cameras.set("osd_text_mode", "2", on: Cameras.second)
    let camera = try Cameras.open(Cameras.second)
    let output = try CameraOutput(Cameras.loopback, size: camera.description.size, rate: 30)
    #expect(output.size == CameraSize(width: 320, height: 180))
    #expect(output.format == FourCC("YUYV"))
    let first = try Cameras.avFrame(camera)
    let sent = Bars(first)
    try output.consume(first, nobody(first))
    let reader = try CameraSource(Cameras.loopback)
    #expect(reader.description.format == FourCC("YUYV"))
    for _ in 0..<10 {
      let frame = try Cameras.avFrame(camera)
      try output.consume(frame, nobody(frame))
    }
    let received = Bars(try Cameras.avFrame(reader))
    #expect(received.lumaDifference(sent) <= 2)
    #expect(received.colourDifference(sent) <= 4)
    #expect(output.written + output.dropped == 11)
    output.finish()
  }

  /// vivid's output, told not to scale, is 1280x720: a 4:3 frame stands in the middle of it.
  @Test func anotherShapeIsFittedIn() throws {
    try Oracle.run("v4l2-ctl", ["-d", Cameras.first, "--set-input", "1", "-c", "osd_text_mode=2"])
    try Oracle.run("v4l2-ctl", ["-d", Cameras.first, "-c", "loop_video=1"])
    defer {
      _ = try? Oracle.run("v4l2-ctl", ["-d", Cameras.first, "-c", "loop_video=0"])
      _ = try? Oracle.run("v4l2-ctl", ["-d", Cameras.first, "--set-input", "0"])
    }
    let camera = try Cameras.open(Cameras.second, width: 640, height: 480, rate: 25)
    let output = try CameraOutput(Cameras.output, size: camera.description.size, rate: 25)
    #expect(output.size == CameraSize(width: 1280, height: 720))
    let reader = try CameraSource(
      Cameras.first, request: CaptureRequest(size: output.size, rate: 60, format: output.format))
    var seen: Bars?
    for _ in 0..<60 where seen == nil {
      let frame = try Cameras.avFrame(camera)
      try output.consume(frame, nobody(frame))
      let bars = Bars(try Cameras.avFrame(reader))
      if bars.luma[0] < 3, bars.luma[7] < 3, bars.luma[2] > 100 { seen = bars }
    }
    #expect(seen != nil, "black at both sides, bars between")
    output.finish()
  }

  @Test func whatIsNoOutputIsRefused() {
    let size = CameraSize(width: 320, height: 240)
    #expect(throws: CameraError.notOutput(Cameras.second)) { try CameraOutput(Cameras.second, size: size, rate: 30) }
    #expect(throws: CameraError.notOutput("/dev/null")) { try CameraOutput("/dev/null", size: size, rate: 30) }
    #expect(throws: CameraError.self) { try CameraOutput("/dev/video77", size: size, rate: 30) }
  }

  /// A webcam that sends coded frames: `ffmpeg` plays it, each time on a node of its own, since it cannot set the format of one that
  /// had another.
  @Test(arguments: [("mjpeg", "MJPG", "/dev/video21"), ("libx264", "H264", "/dev/video22")])
  func codedFrames(codec: String, code: String, node: String) throws {
    let arguments = [
      "-v", "error", "-re", "-f", "lavfi", "-i", "color=c=0xC04020:s=320x240:r=15", "-c:v", codec, "-g", "5", "-tune",
      "zerolatency", "-preset", "ultrafast", "-pix_fmt", codec == "mjpeg" ? "yuvj422p" : "yuv420p", "-f", "v4l2",
      node,
    ]
    let options =
      codec == "mjpeg"
      ? arguments.filter { !["-tune", "zerolatency", "-preset", "ultrafast"].contains($0) } : arguments
    try Cameras.beside("/usr/bin/ffmpeg", options) { _ in
      var source: CameraSource?
      #expect(
        Cameras.wait(120) {
          source = try? CameraSource(node)
          return source != nil
        })
      let camera = try #require(source)
      #expect(camera.description.format == FourCC(code))
      let frame = try Cameras.avFrame(camera, after: 2)
      let pixel = frame.read(PixelRect(x: 160, y: 120, width: 1, height: 1)).pixels
      #expect(zip(pixel, [0x20, 0x40, 0xC0]).allSatisfy { abs(Int($0) - $1) <= 6 }, "\(pixel)")
      camera.cancel()
    }
  }
}
