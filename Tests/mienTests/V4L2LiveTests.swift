import Foundation
import Testing

/// `mien live` as people type it, on the kernel's virtual cameras. Slow: in the machine of `make test-v4l2` alone.
@Suite(
  .enabled(if: ProcessInfo.processInfo.environment["MIEN_V4L2_GUEST"] != nil, "skipped: in make test-v4l2"), .serialized
)
struct V4L2LiveSlow {
  private static let small = ["--size", "320x180", "--fps", "10", "--headless"]

  private func live(_ arguments: String...) throws -> Program.Outcome {
    try Program.run(Program.path, ["live"] + arguments)
  }

  private func start(_ arguments: String...) throws -> Program.Running {
    try Program.start(Program.path, ["live"] + arguments + V4L2LiveSlow.small + ["--jsonl", "-"])
  }

  private func set(_ control: String) throws {
    let outcome = try Program.run("/usr/bin/v4l2-ctl", ["-d", "/dev/video0", "-c", control])
    #expect(outcome.status == 0)
  }

  /// Waits for `condition`, looking every 0.2 s.
  private func wait(_ condition: () throws -> Bool) rethrows -> Bool {
    for _ in 0..<600 {
      if try condition() { return true }
      Thread.sleep(forTimeInterval: 0.2)
    }
    return false
  }

  private func complaints(_ running: Program.Running) -> String {
    (try? String(contentsOf: running.errors, encoding: .utf8)) ?? ""
  }

  @Test func camerasAreListed() throws {
    let outcome = try live("--list")
    let text = String(decoding: outcome.output, as: UTF8.self)
    #expect(outcome.status == 0)
    for part in [
      "/dev/video0  vivid", "/dev/video1  vivid", "YUYV", "640x480 at 1, 2, 4, 5, 10, 12.5, 15, 25 fps",
      "not read: YUVO",
      "brightness: 0 to 255, now 128",
    ] { #expect(text.contains(part), "\(part)") }
    #expect(!text.contains("/dev/video10"))
    print(text.split(separator: "\n").prefix(20).joined(separator: "\n"))
  }

  @Test func wrongWishesAreOneSentence() throws {
    let cases = [
      (["/dev/video77"], "not there"), (["kitchen"], "not there"), (["/dev/null"], "no frames"),
      (["/dev/video10"], "no frames"), (["/dev/video0", "--pixel-format", "YUV4"], "nothing here reads"),
      (["/dev/video0", "--pixel-format", "ABCD"], "has no format ABCD"),
      (["/dev/video0", "--control", "zoom=3"], "no control"), (["/dev/video0", "--exposure", "auto"], "no control"),
      (["/dev/video0", "--control", "brightness=900"], "0 to 255"),
      (["/dev/video0", "--output", "/dev/video1"], "takes no frames"),
    ]
    for (arguments, part) in cases {
      let outcome = try Program.run(Program.path, ["live"] + arguments + ["--headless", "--frames", "1", "--quiet"])
      #expect(outcome.status == 1, "\(arguments)")
      #expect(outcome.complaints.count == 1 && outcome.errors.contains(part), "\(outcome.errors)")
    }
  }

  @Test func someoneWithoutRightsIsToldTheGroup() throws {
    try Program.run("/usr/bin/chgrp", ["video", "/dev/video1"])
    try Program.run("/usr/bin/chmod", ["660", "/dev/video1"])
    let arguments = ["--reuid=65534", "--regid=65534", "--clear-groups", Program.path, "live", "1", "--headless"]
    let outcome = try Program.run("/usr/bin/setpriv", arguments + ["--frames", "1", "--quiet"])
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("join the group video"), "\(outcome.errors)")
  }

  @Test func anUnpluggedCameraIsSaidAndWaitedFor() throws {
    let running = try start("/dev/video0", "--frames", "100")
    #expect(try wait { try running.rowsSoFar() > 5 })
    try set("disconnect=1")
    let outcome = try running.wait()
    #expect(outcome.status == 0)
    #expect(outcome.lines.count == 100)
    #expect(outcome.errors.contains("is unplugged") && outcome.errors.contains("is back"), "\(outcome.errors)")
    print(outcome.errors)
  }

  @Test func ofTwoProgramsTheSecondIsToldOfTheFirst() throws {
    let running = try start("/dev/video0")
    #expect(try wait { try running.rowsSoFar() > 1 })
    let second = try live("/dev/video0", "--headless", "--frames", "1", "--quiet")
    #expect(second.status == 1)
    #expect(second.errors.contains("used by mien (process \(running.process.identifier))"), "\(second.errors)")
    running.process.send(SIGINT)
    let outcome = try running.wait()
    #expect(outcome.status == 130)
    #expect(outcome.lines.count > 1)
  }

  @Test func interruptionEndsTheWaitForACamera() throws {
    let running = try start("/dev/video1")
    #expect(try wait { try running.rowsSoFar() > 1 })
    let bus = "/sys/bus/platform/drivers/vivid"
    try Program.run("/bin/sh", ["-c", "echo vivid.1 >\(bus)/unbind || echo vivid.0 >\(bus)/unbind"])
    defer { _ = try? Program.run("/bin/sh", ["-c", "echo vivid.1 >\(bus)/bind || echo vivid.0 >\(bus)/bind"]) }
    #expect(wait { complaints(running).contains("is unplugged") })
    // Without it the wait has no end: the child would be killed, with another status.
    running.process.send(SIGINT)
    #expect(try running.wait().status == 130)
  }

  /// What `--output` writes another program sees as a camera.
  @Test func theVirtualCameraIsSeen() throws {
    let running = try start("/dev/video0", "--output", "/dev/video20")
    #expect(try wait { try running.rowsSoFar() > 5 })
    let seen = try Program.run(
      "/usr/bin/v4l2-ctl", ["-d", "/dev/video20", "--stream-mmap", "--stream-count=3", "--stream-to=/tmp/seen.yuv"])
    #expect(seen.status == 0)
    #expect(try Data(contentsOf: URL(fileURLWithPath: "/tmp/seen.yuv")).count >= 3 * 320 * 180 * 2)
    running.process.send(SIGINT)
    #expect(try running.wait().status == 130)
  }
}
