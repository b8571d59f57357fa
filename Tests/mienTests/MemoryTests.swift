import Foundation
import TestSupport
import Testing

/// Memory of a program while it runs, sampled from `/proc`.
struct MemoryTrace {
  /// Most resident memory ever, MB.
  var peak = 0.0
  /// Resident memory, MB, twenty times a second.
  var samples: [Double] = []
  var status: Int32 = -1

  init(_ program: String, _ arguments: [String]) throws {
    let running = try Program.start(program, arguments)
    while running.process.isRunning {
      let lines =
        (try? String(contentsOfFile: "/proc/\(running.process.processIdentifier)/status", encoding: .utf8)) ?? ""
      if let now = MemoryTrace.megabytes("VmRSS:", in: lines) { samples.append(now) }
      peak = max(peak, MemoryTrace.megabytes("VmHWM:", in: lines) ?? 0)
      Thread.sleep(forTimeInterval: 0.05)
    }
    status = try running.wait().status
  }

  /// How much more the last third takes than the middle one.
  var growth: Double {
    let third = samples.count / 3
    return mean(samples.suffix(third)) - mean(samples.dropLast(third).suffix(third))
  }

  private func mean(_ values: some Collection<Double>) -> Double { values.reduce(0, +) / Double(max(values.count, 1)) }

  private static func megabytes(_ key: String, in lines: String) -> Double? {
    let line = lines.split(separator: "\n").first { $0.hasPrefix(key) }
    return line.flatMap { Double($0.split(whereSeparator: { " \t".contains($0) })[1]) }.map { $0 / 1024 }
  }
}

/// Bounds that hold for any length: rows alone, and the video against FFmpeg's program with the same encoder settings.
private func expectFlatMemory(seconds: Double, every: String, growth: Double) throws {
  let scratch = try Scratch()
  let clip = try scratch.makeClip(
    "long.mp4", seconds: seconds, size: "1920x1080", codec: ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "30"])
  let rows = try MemoryTrace(
    Program.path, ["annotate", clip, "--jsonl", scratch.path("rows.jsonl"), "--every", every, "--quiet"])
  print("rows alone: peak \(Int(rows.peak)) MB, growth \(rows.growth) MB over \(Int(seconds * 25)) frames")
  #expect(rows.status == 0 && rows.growth < growth)
  #expect(rows.peak < 150)
  let video = try MemoryTrace(
    Program.path, ["annotate", clip, "-o", scratch.path("out.mp4"), "--every", every, "--quiet"])
  let settings = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-threads", "4", scratch.path("peer.mp4")]
  let peer = try MemoryTrace("/usr/bin/ffmpeg", ["-v", "error", "-threads", "2", "-i", clip] + settings)
  print("with video: peak \(Int(video.peak)) MB, growth \(video.growth) MB; ffmpeg alone: peak \(Int(peer.peak)) MB")
  #expect(video.status == 0 && peer.status == 0)
  #expect(video.growth < growth)
  #expect(video.peak < peer.peak + 60)
}

@Suite(.serialized, .enabled(if: Probe.isThere, Comment(rawValue: Probe.missing)))
struct MemoryTests {
  @Test func aFewHundredFramesStayWithinBounds() throws {
    try expectFlatMemory(seconds: 8, every: "50", growth: 12)
  }
}

/// `make test-memory`.
@Suite(.serialized, .enabled(if: Probe.isThere, Comment(rawValue: Probe.missing)))
struct MemorySlow {
  @Test func tenThousandFramesStayFlat() throws {
    try expectFlatMemory(seconds: 400, every: "50", growth: 5)
  }
}
