import Foundation
import TestSupport
import Testing

@testable import Sessions
@testable import mien

@Suite(.serialized) struct BenchTests {
  @Test func bothPartsAreMeasured() throws {
    let scratch = try Scratch()
    let file = scratch.path("figures.json")
    let outcome = try Program.mien("bench", sampleClip, "--frames", "40", "--seconds", "2", "--json", file)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let figures = try JSONDecoder().decode(BenchFigures.self, from: scratch.data("figures.json"))
    #expect(figures.fps > 1 && figures.stages.map(\.name) == ["capture", "detect", "recognise", "draw"])
    for stage in figures.stages { #expect(stage.count == 40 && stage.dropped == 0 && stage.p50 <= stage.p99) }
    #expect(figures.flatOut.report.networksPerFace >= 1)
    let live = figures.live.report
    // How many of the 60 are drawn is the machine's affair; none comes before its time.
    #expect(live.frames + live.dropped == 60 && live.frames > 0 && live.fps < 33)
    let text = String(decoding: outcome.output, as: UTF8.self)
    #expect(text.contains("End-to-end speed") && text.contains("a camera's 30.00 frames/s"))

    let compared = try Program.mien("bench", "--compare", file, file)
    #expect(compared.status == 0)
    #expect(String(decoding: compared.output, as: UTF8.self).contains("1.00"))
  }

  @Test func theJSONStandsAlone() throws {
    let outcome = try Program.mien("bench", "--frames", "5", "--seconds", "1", "--json", "-", "--scaling")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let figures = try JSONDecoder().decode(BenchFigures.self, from: outcome.output)
    #expect(figures.input.hasSuffix("portraits.mp4"))
    #expect(try #require(figures.scaling).allSatisfy { $0.fps > 0 })
  }

  @Test func whatIsNoFiguresIsRefused() throws {
    #expect(try Program.mien("bench", "--compare", "a.json").status == 2)
    let outcome = try Program.mien("bench", "--compare", "no-such.json", sampleClip)
    #expect(outcome.status == 1 && outcome.errors.contains("no-such.json"))
    #expect(try Program.mien("bench", "--compare", sampleClip, sampleClip).status == 1)
  }
}
