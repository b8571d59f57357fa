import Foundation
import TestSupport
import Testing

/// A screen that nobody sees, with a keyboard that nobody touches.
private final class VirtualScreen {
  static let tools = ["Xvfb", "xdotool", "ffmpeg"].map { "/usr/bin/\($0)" }
  static let isThere = tools.allSatisfy { FileManager.default.fileExists(atPath: $0) }
  static let missing = "skipped: no Xvfb, xdotool or ffmpeg (Debian's packages xvfb, xdotool, ffmpeg)"

  let display: String
  private let server: Tool.Running
  private let scratch: Scratch

  init(_ scratch: Scratch) throws {
    self.scratch = scratch
    let server = try Tool.start(
      Self.tools[0], ["-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp"])
    for _ in 0..<1200 where try server.rowsSoFar() == 0 && server.process.isRunning { usleep(50_000) }
    let number = String(decoding: try Data(contentsOf: server.output), as: UTF8.self)
    display = ":" + number.trimmingCharacters(in: .whitespacesAndNewlines)
    self.server = server
  }

  deinit { end() }

  func end() {
    server.process.stop()
    for file in [server.output, server.errors] { try? FileManager.default.removeItem(at: file) }
  }

  func start(_ words: [String]) throws -> Program.Running {
    let place = ["-C", scratch.folder.path, "DISPLAY=\(display)", "SDL_VIDEODRIVER=x11"]
    return try Program.start("/usr/bin/env", place + [Program.path] + words)
  }

  @discardableResult
  func tool(_ words: String...) throws -> String {
    let outcome = try Program.run("/usr/bin/env", ["DISPLAY=\(display)", "xdotool"] + words)
    return String(decoding: outcome.output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// Waits for something to become true.
  func wait(_ seconds: Double = 60, for condition: () throws -> Bool) throws -> Bool {
    let end = Date() + seconds
    while Date() < end {
      if try condition() { return true }
      usleep(50_000)
    }
    return false
  }

  /// The whole screen: 1280x800, three bytes a pixel. Kept where `MIEN_LOOK` names a folder.
  func frame(_ name: String) throws -> ScreenImage {
    let grab = ["-v", "error", "-f", "x11grab", "-draw_mouse", "0", "-video_size", "1280x800", "-i", display]
    if let folder = ProcessInfo.processInfo.environment["MIEN_LOOK"] {
      try Program.run(Self.tools[2], grab + ["-frames:v", "1", "-y", "\(folder)/\(name).png"])
    }
    let outcome = try Program.run(
      Self.tools[2], grab + ["-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"])
    return ScreenImage(bytes: [UInt8](outcome.output))
  }
}

private struct ScreenImage: Equatable {
  static let (width, height) = (1280, 800)
  var bytes: [UInt8]

  /// Share of the region's pixels that `isSuch`.
  func share(x: Range<Int>, y: Range<Int>, _ isSuch: ([Int]) -> Bool) -> Double {
    var count = 0
    for row in y {
      for column in x {
        let at = (row * Self.width + column) * 3
        if isSuch([Int(bytes[at]), Int(bytes[at + 1]), Int(bytes[at + 2])]) { count += 1 }
      }
    }
    return Double(count) / Double(x.count * y.count)
  }

  /// Share of the region's pixels that differ.
  func change(from other: ScreenImage, x: Range<Int>, y: Range<Int>) -> Double {
    var count = 0
    for row in y {
      for column in x {
        let at = (row * Self.width + column) * 3
        if (0..<3).contains(where: { abs(Int(bytes[at + $0]) - Int(other.bytes[at + $0])) > 8 }) { count += 1 }
      }
    }
    return Double(count) / Double(x.count * y.count)
  }
}

/// The window as people use it. The clip is 960x540 and stands in the middle: from (160, 130) on.
@Suite(.enabled(if: VirtualScreen.isThere, Comment(rawValue: VirtualScreen.missing)), .serialized)
struct WindowTests {
  private let middle = (x: 480..<800, y: 300..<500)

  /// Started from the desktop's menu, what goes wrong shows in a window; its button ends the program.
  @Test func errorsShowInAWindow() throws {
    let scratch = try Scratch()
    let screen = try VirtualScreen(scratch)
    let running = try screen.start(["live", "--dialogs", scratch.path("not-there.mp4")])
    try #require(try screen.wait { try !screen.tool("search", "--name", "Mien").isEmpty })
    usleep(500_000)
    let frame = try screen.frame("dialog")
    let dark = frame.share(x: 0..<1280, y: 0..<800) { $0.max()! < 20 }
    #expect(dark < 0.99, "a window lies on the black screen")
    try screen.tool("windowfocus", screen.tool("search", "--name", "Mien"))
    try screen.tool("key", "Return")
    let outcome = try running.wait()
    #expect(outcome.status == 1 && outcome.errors.contains("is not there"))
  }

  /// A frame larger than the screen: the window keeps its shape and lies within.
  @Test func largeFramesFitTheScreen() throws {
    let scratch = try Scratch()
    let clip = try scratch.makeClip("large.mp4", seconds: 8, size: "1920x1080")
    let screen = try VirtualScreen(scratch)
    let running = try screen.start(["live", clip, "--models", "fast"])
    try #require(try screen.wait { try !screen.tool("search", "--name", "Mien").isEmpty })
    let text = try screen.tool("getwindowgeometry", "--shell", screen.tool("search", "--name", "Mien"))
    let numbers = text.matches(of: /(X|Y|WIDTH|HEIGHT)=(-?\d+)/).compactMap { Int($0.2) }
    try #require(numbers.count == 4, "\(text)")
    #expect(numbers[0] >= 0 && numbers[1] >= 0 && numbers[0] + numbers[2] <= 1280 && numbers[1] + numbers[3] <= 800)
    #expect(abs(Double(numbers[2]) / Double(numbers[3]) - 16.0 / 9) < 0.02, "\(text)")
    running.process.send(SIGINT)
    #expect(try running.wait().status == 130)
  }

  @Test func overlayAndKeys() throws {
    let scratch = try Scratch()
    let screen = try VirtualScreen(scratch)
    let running = try screen.start(["live", sampleClip])
    try #require(try screen.wait { try !screen.tool("search", "--name", "Mien").isEmpty })
    let window = try screen.tool("search", "--name", "Mien")
    try screen.tool("windowfocus", window)
    usleep(1_500_000)

    let playing = try screen.frame("live")
    let isPlate = { (color: [Int]) in color.max()! < 75 }
    let isText = { (color: [Int]) in color.min()! > 180 }
    let corner = (x: 165..<420, y: 133..<175)
    #expect(playing.share(x: corner.x, y: corner.y, isPlate) > 0.6, "figures stand on a dark plate")
    #expect(playing.share(x: corner.x, y: corner.y, isText) > 0.03, "and are light")
    #expect(try screen.frame("live2").change(from: playing, x: middle.x, y: middle.y) > 0.01, "it moves")

    try screen.tool("key", "space")
    usleep(500_000)
    let paused = try screen.frame("paused")
    usleep(500_000)
    #expect(try screen.frame("paused2").change(from: paused, x: middle.x, y: middle.y) == 0, "a pause stands still")
    try screen.tool("key", "h")
    usleep(300_000)
    let help = try screen.frame("help")
    #expect(help.share(x: 540..<740, y: 330..<470, isPlate) > 0.5, "the keys are shown, though it stands still")
    try screen.tool("key", "h", "space")
    usleep(300_000)

    try screen.tool("key", "s", "m", "b", "n")
    #expect(try screen.wait { scratch.names.contains { $0.hasSuffix(".png") } })
    try screen.tool("key", "r")
    usleep(2_000_000)
    try screen.tool("key", "r")
    #expect(try screen.wait { scratch.names.contains { $0.hasPrefix("mien-") && $0.hasSuffix(".mkv") } })
    try screen.tool("key", "q")
    let outcome = try running.wait()
    #expect(outcome.status == 0, "\(outcome.errors)")
    let recording = try #require(scratch.names.first { $0.hasSuffix(".mkv") })
    #expect(try Probe.times(scratch.path(recording)).count > 10)
    let snapshot = try #require(scratch.names.first { $0.hasSuffix(".png") })
    #expect(try Probe.shape(scratch.path(snapshot)).hasPrefix("960,540"))
  }

  @Test func scaleAndResize() throws {
    let scratch = try Scratch()
    let screen = try VirtualScreen(scratch)
    let running = try screen.start(["live", sampleClip, "--scale", "0.5", "--mirror"])
    try #require(try screen.wait { try !screen.tool("search", "--name", "Mien").isEmpty })
    let window = try screen.tool("search", "--name", "Mien")
    func geometry() throws -> String { try screen.tool("getwindowgeometry", "--shell", window) }
    #expect(try geometry().contains("WIDTH=480") && geometry().contains("HEIGHT=270"))
    try screen.tool("windowsize", window, "800", "450")
    usleep(700_000)
    #expect(try geometry().contains("WIDTH=800"))
    try screen.tool("windowfocus", window)
    let frame = try screen.frame("resized")
    #expect(frame.share(x: 420..<1180, y: 285..<695) { $0.max()! > 20 } > 0.9, "the frame fills the window")
    // Nobody manages windows here, so that full screen need not change anything; it must not break anything either.
    try screen.tool("key", "f")
    usleep(500_000)
    try screen.tool("key", "Escape")
    let outcome = try running.wait()
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  /// A display that goes, as at a log-out, ends the recording as Ctrl-C does.
  @Test func theDisplayGoes() throws {
    let scratch = try Scratch()
    let screen = try VirtualScreen(scratch)
    let running = try screen.start([
      "live", sampleClip, "--record", scratch.path("r.mkv"), "--jsonl", scratch.path("r.jsonl"),
    ])
    try #require(try screen.wait { try !screen.tool("search", "--name", "Mien").isEmpty })
    usleep(2_500_000)
    screen.end()
    let outcome = try running.wait()
    #expect(outcome.status == 1 && outcome.errors.contains("display has gone"), "\(outcome.errors)")
    #expect(scratch.names == ["r.partial.jsonl", "r.partial.mkv"])
    for name in scratch.names { #expect(outcome.errors.contains(name), "\(outcome.errors)") }
    #expect(try Probe.times(scratch.path("r.partial.mkv")).count > 10)
  }

  /// The screen itself as a source.
  @Test func theScreenIsWatched() throws {
    let scratch = try Scratch()
    let screen = try VirtualScreen(scratch)
    let outcome = try screen.start([
      "live", "--screen", "--size", "640x360", "--headless", "--frames", "10", "--jsonl", "-",
    ])
    .wait()
    #expect(outcome.status == 0, "\(outcome.errors)")
    let rows = try Row.all(outcome.output)
    #expect(rows.count == 10 && zip(rows, rows.dropFirst()).allSatisfy { $0.time < $1.time })
    // On a busy machine the first frames may come before anybody can look at them; those are left out.
    #expect(rows[0].frame > 0 || rows[0].time == 0)
    #expect(rows[0].time < 1, "times count from the beginning, not from the system's")
  }
}
