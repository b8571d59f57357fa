import Foundation
import TestSupport
import Testing

/// `mien doctor`, on this machine as it is and with things taken away.
@Suite struct DoctorTests {
  private func doctor(_ settings: [String: String?]) throws -> Program.Outcome {
    let set = settings.map { name, value in value.map { "\(name)=\($0)" } ?? "-u \(name)" }
    return try Program.run("/bin/sh", ["-c", "exec env \(set.joined(separator: " ")) \(Program.path) doctor"])
  }

  private func line(_ name: String, of outcome: Program.Outcome) throws -> Substring {
    try #require(outcome.lines.first { $0.dropFirst(3).hasPrefix(name) }, "\(outcome.lines)")
  }

  @Test func aLineForEachPartOfTheProgram() throws {
    let outcome = try doctor(["DISPLAY": nil, "WAYLAND_DISPLAY": nil])
    #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
    #expect(outcome.lines.count == 10)
    #expect(outcome.lines.allSatisfy { $0.hasPrefix("ok ") || $0.hasPrefix("-  ") })
    #expect(try line("models", of: outcome).contains("accurate, default, fast"))
    #expect(try line("display", of: outcome).contains("--headless"))
    #expect(try line("codecs", of: outcome).contains("h264"))
    let version = try #require(Program.mien("--version").lines.first).dropFirst("mien ".count)
    #expect(try line("mien", of: outcome).contains(version))
    let speed = try line("speed", of: outcome).split(separator: " ").compactMap { Double($0) }
    #expect(speed.count == 2 && speed.allSatisfy { $0 > 0.05 && $0 < 10_000 })
  }

  @Test(arguments: ["MODELS", "CASCADES"]) func whatIsMissingIsNamed(resource: String) throws {
    let scratch = try Scratch()
    let outcome = try doctor(["MIEN_\(resource)": scratch.path("none")])
    #expect(outcome.status == 1 && outcome.complaints.count == 1)
    #expect(outcome.lines.contains { $0.hasPrefix("NO ") })
    #expect(outcome.lines.count == 10, "the others are looked at, too")
  }

  @Test func processorAndInstructionSetAreNamed() throws {
    let outcome = try doctor(["MIEN_CPU": "x86-64-v3"])
    #expect(try line("processor", of: outcome).contains("uses x86-64-v3"))
  }
}
