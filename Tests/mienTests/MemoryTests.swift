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
        (try? String(contentsOfFile: "/proc/\(running.process.identifier)/status", encoding: .utf8)) ?? ""
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

/// One clip of 1080p as rows alone and as video, and the latter by FFmpeg's program with the same encoder settings.
private struct MemoryTrial {
  private let scratch: Scratch
  private let clip: String

  init(seconds: Double) throws {
    scratch = try Scratch()
    clip = try scratch.makeClip(
      "long.mp4", seconds: seconds, size: "1920x1080", codec: ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "30"])
  }

  func rows(_ options: [String] = []) throws -> MemoryTrace {
    try annotate("rows alone", ["--jsonl", "rows.jsonl"], options)
  }

  func video(_ options: [String] = []) throws -> MemoryTrace { try annotate("with video", ["-o", "out.mp4"], options) }

  func peer() throws -> MemoryTrace {
    let settings = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-threads", "4", scratch.path("peer.mp4")]
    let trace = try MemoryTrace("/usr/bin/ffmpeg", ["-v", "error", "-threads", "2", "-i", clip] + settings)
    print("ffmpeg alone: peak \(Int(trace.peak)) MB")
    #expect(trace.status == 0)
    return trace
  }

  private func annotate(_ what: String, _ output: [String], _ options: [String]) throws -> MemoryTrace {
    let output = [output[0], scratch.path(output[1])]
    let trace = try MemoryTrace(
      Program.path, ["annotate", clip, "--every", "50", "--quiet", "--force"] + output + options)
    print("\(what) \(options.joined(separator: " ")): peak \(Int(trace.peak)) MB, growth \(trace.growth) MB")
    #expect(trace.status == 0)
    return trace
  }
}

@Suite(.serialized, .enabled(if: Probe.isThere, Comment(rawValue: Probe.missing)))
struct MemoryTests {
  /// A run of seconds has no steady part to sample on a fast machine. So its peak is held against that of its first quarter: frames in flight
  /// differ by some 12 MB from run to run, 300 frames more that each left 80 KB behind would stand out.
  @Test func aFewHundredFramesStayWithinBounds() throws {
    let trial = try MemoryTrial(seconds: 16)
    let quarter = ["--duration", "4"]
    let rows = try trial.rows()
    #expect(rows.peak < 150)
    #expect(try rows.peak - trial.rows(quarter).peak < 24)
    let video = try trial.video()
    #expect(try video.peak < trial.peer().peak + 60)
    #expect(try video.peak - trial.video(quarter).peak < 24)
  }
}

/// `make test-memory`.
@Suite(.serialized, .enabled(if: Probe.isThere, Comment(rawValue: Probe.missing)))
struct MemorySlow {
  @Test func tenThousandFramesStayFlat() throws {
    let trial = try MemoryTrial(seconds: 400)
    let rows = try trial.rows()
    #expect(rows.peak < 150 && rows.growth < 5)
    let video = try trial.video()
    #expect(try video.peak < trial.peer().peak + 60)
    #expect(video.growth < 5)
  }
}
