import Foundation
import TestSupport
import Testing

@testable import Core

@Suite struct OutputFileTests {
  @Test func appearsWholeOrNotAtAll() throws {
    let scratch = try Scratch()
    let file = try OutputFile(scratch.path("rows.csv"), force: false)
    try file.write(Array("a\n".utf8))
    #expect(!scratch.has("rows.csv"))
    try file.commit()
    #expect(scratch.names == ["rows.csv"])
    #expect(try scratch.text("rows.csv") == "a\n")
  }

  @Test func partialAndDiscarded() throws {
    let scratch = try Scratch()
    let kept = try OutputFile(scratch.path("rows.csv"), force: false)
    try kept.write(Array("a\n".utf8))
    #expect(try kept.keepPartial() == scratch.path("rows.partial.csv"))
    let lost = try OutputFile(scratch.path("rows.csv"), force: false)
    try lost.write(Array("b\n".utf8))
    lost.discard()
    #expect(scratch.names == ["rows.partial.csv"])
    #expect(try scratch.text("rows.partial.csv") == "a\n")
  }

  @Test func refusals() throws {
    let scratch = try Scratch()
    try Data("mine".utf8).write(to: scratch.folder.appendingPathComponent("rows.csv"))
    #expect(throws: OutputFileError.exists(scratch.path("rows.csv"))) {
      try OutputFile(scratch.path("rows.csv"), force: false)
    }
    #expect(throws: OutputFileError.uncreatable(scratch.path("no/rows.csv"), errno: ENOENT)) {
      try OutputFile(scratch.path("no/rows.csv"), force: false)
    }
    try OutputFile(scratch.path("rows.csv"), force: true).discard()
    #expect(try scratch.text("rows.csv") == "mine")
  }

  @Test(arguments: [
    ("out.mp4", "out.partial.mp4"), ("a.b/out", "a.b/out.partial"), ("a/.hidden", "a/.hidden.partial"),
    ("a/b.tar.gz", "a/b.tar.partial.gz"),
  ])
  func aWordBeforeTheEnding(name: String, expected: String) {
    #expect(FileName.inserted("partial", into: name) == expected)
  }
}
