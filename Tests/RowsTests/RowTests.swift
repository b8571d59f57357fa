import Foundation
import TestSupport
import Testing

@testable import Core
@testable import Rows

private let happy = FaceResult(
  track: 1, box: Box(x: 10.04, y: 20, width: 64.96, height: 65), score: 0.98, source: .measured, expression: "happy",
  reason: nil, confidence: 0.93, probabilities: [0.01, 0, 0.01, 0.93, 0.01, 0.02, 0.02, 0], quality: 0.75)
private let unsure = FaceResult(
  track: 2, box: Box(x: -3, y: 0, width: 20, height: 20), score: 0.5, source: .held, expression: nil, reason: .tooSmall,
  confidence: 0.3, probabilities: [0.3, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1])

private func text(_ format: String, _ results: [FrameResult], labels: LabelSet = .ferPlus, several: Bool = false)
  -> String
{
  var encoder = RowFormat.table.first { $0.name == format }!.encoder(labels, several)
  var bytes: [UInt8] = []
  encoder.begin(into: &bytes)
  for result in results { encoder.add(result, into: &bytes) }
  encoder.finish(end: nil, into: &bytes)
  return String(decoding: bytes, as: UTF8.self)
}

@Suite struct NumberTextTests {
  @Test(arguments: [
    (0.0, 4, "0"), (-0.00001, 4, "0"), (0.93, 4, "0.93"), (1, 4, "1"), (0.00005, 4, "0.0001"), (-3.25, 1, "-3.3"),
    (0.4004, 6, "0.4004"), (12345.6789, 2, "12345.68"), (-0.5, 1, "-0.5"), (100, 0, "100"), (0.1 + 0.2, 6, "0.3"),
  ])
  func writes(value: Double, decimals: Int, expected: String) {
    var bytes: [UInt8] = []
    appendNumber(value, decimals: decimals, to: &bytes)
    #expect(String(decoding: bytes, as: UTF8.self) == expected)
  }
}

@Suite struct JSONLinesTests {
  @Test func oneLineAFrameFacesOrNone() {
    let rows = text(
      "jsonl",
      [FrameResult(frame: 12, time: 0.4004, faces: [happy, unsure]), FrameResult(frame: 13, time: 0.44, faces: [])])
    #expect(
      rows == """
        {"frame":12,"time":0.4004,"faces":[{"track":1,"box":[10,20,65,65],"score":0.98,"source":"measured",\
        "expression":"happy","confidence":0.93,"probabilities":{"angry":0.01,"disgust":0,"fear":0.01,"happy":0.93,\
        "sad":0.01,"surprise":0.02,"neutral":0.02,"contempt":0},"quality":0.75},{"track":2,"box":[-3,0,20,20],\
        "score":0.5,"source":"held","expression":"uncertain","reason":"too small","confidence":0.3,\
        "probabilities":{"angry":0.3,"disgust":0.1,"fear":0.1,"happy":0.1,"sad":0.1,"surprise":0.1,"neutral":0.1,\
        "contempt":0.1}}]}
        {"frame":13,"time":0.44,"faces":[]}

        """)
  }

  @Test func strangeNamesStayJSON() throws {
    let name = "a\"b\\c\n\u{1}é.mp4"
    let row = text("jsonl", [FrameResult(frame: 0, time: 0, input: name, faces: [])], several: true)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(row.utf8)) as? [String: Any])
    #expect(object["input"] as? String == name)
  }
}

@Suite struct CSVRowsTests {
  private func cells(_ line: Substring) -> [String] {
    line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  }

  @Test func columnsAreFixed() {
    let lines = text(
      "csv",
      [FrameResult(frame: 12, time: 0.4, faces: [happy, unsure]), FrameResult(frame: 13, time: 0.44, faces: [])]
    )
    .split(separator: "\n")
    #expect(
      lines[0]
        == "frame,time,track,x,y,w,h,score,source,expression,confidence,angry,disgust,fear,happy,sad,surprise,neutral,contempt,reason,quality"
    )
    #expect(lines[1] == "12,0.4,1,10,20,65,65,0.98,measured,happy,0.93,0.01,0,0.01,0.93,0.01,0.02,0.02,0,,0.75")
    #expect(lines[2].hasSuffix("held,uncertain,0.3,0.3,0.1,0.1,0.1,0.1,0.1,0.1,0.1,too small,"))
    #expect(Set(lines.map { cells($0).count }) == [21])
    #expect(cells(lines[3]) == ["13", "0.44"] + Array(repeating: "", count: 19))
  }

  @Test func classesThatTheRunLacksStayEmpty() {
    var face = happy
    face.probabilities = [0, 0, 0, 1, 0, 0, 0]
    let lines = text("csv", [FrameResult(frame: 0, time: 0, faces: [face])], labels: .fer2013).split(separator: "\n")
    #expect(cells(lines[1])[11...18] == ["0", "0", "0", "1", "0", "0", "0", ""])
  }

  @Test func severalInputsAreNamedAndQuoted() {
    let lines = text("csv", [FrameResult(frame: 0, time: 0, input: "a,\"b\".mp4", faces: [])], several: true)
      .split(separator: "\n")
    #expect(lines[0].hasSuffix(",quality,input"))
    #expect(lines[1].hasSuffix(",\"a,\"\"b\"\".mp4\""))
  }
}

/// Rows that are written, read and written again are the same.
@Suite struct RowReaderTests {
  private let results = [
    FrameResult(frame: 12, time: 0.4004, input: "=a,\"b\".mp4", faces: [happy, unsure]),
    FrameResult(frame: 13, time: 0.44, input: "=a,\"b\".mp4", faces: []),
    FrameResult(frame: 14, time: 0.48, input: "=a,\"b\".mp4", faces: [unsure]),
    FrameResult(frame: 0, time: 0, input: "c.mp4", faces: [happy]),
    FrameResult(frame: 0, time: 0, input: "c.mp4", faces: [happy]),
  ]

  private func reader(
    _ format: String, _ rows: String, _ labels: LabelSet, in scratch: Scratch, offset: Int = 0
  ) throws -> any RowReader {
    try Data(rows.utf8).write(to: scratch.file("rows"))
    let make = RowFormat.table.first { $0.name == format }!.reader!
    return try make(scratch.path("rows"), labels, offset)
  }

  private func all(_ reader: any RowReader) throws -> [FrameResult] {
    var found: [FrameResult] = []
    while let row = try reader.next() { found.append(row) }
    return found
  }

  @Test(arguments: ["jsonl", "csv"], [true, false]) func areTheSame(format: String, several: Bool) throws {
    let scratch = try Scratch()
    let rows = text(format, results, several: several)
    let found = try all(reader(format, rows, .ferPlus, in: scratch))
    #expect(found.map(\.faces.count) == [2, 0, 1, 1, 1])
    #expect(
      text(format, found, several: several)
        == rows.replacing("./=", with: "=").replacing("\"=", with: format == "csv" ? "\"./=" : "\"="))
  }

  /// From any row's beginning, and up to a row that is not whole.
  @Test(arguments: ["jsonl", "csv"]) func fromTheMiddle(format: String) throws {
    let scratch = try Scratch()
    let rows = text(format, results)
    let first = try reader(format, rows, .ferPlus, in: scratch)
    #expect(try first.next()?.frame == 12)
    let rest = try all(reader(format, rows, .ferPlus, in: scratch, offset: first.offset))
    #expect(rest.map(\.frame) == [13, 14, 0, 0])
    #expect(try all(reader(format, String(rows.dropLast(3)), .ferPlus, in: scratch)).count == 4)
  }

  @Test(arguments: [
    "frame,time\n", "12,0.4,1,10\n", "12,x,1,10,20,65,65,0.98,measured,happy,0.93,0,0,0,1,0,0,0,0,,\n",
    "12,0.4,-1,10,20,65,65,0.98,measured,happy,0.93,0,0,0,1,0,0,0,0,,\n",
    "12,1e300,1,10,20,65,65,0.98,measured,happy,0.93,0,0,0,1,0,0,0,0,,\n",
    "12,0.4,1,10,20,65,65,0.98,guessed,happy,0.93,0,0,0,1,0,0,0,0,,\n", "12,0.4,1,\"10,20\n",
  ])
  func whatIsNoRow(line: String) throws {
    let scratch = try Scratch()
    let header = line.hasPrefix("frame") ? "" : text("csv", [])
    #expect(throws: RowError.malformed(scratch.path("rows"), line: header.isEmpty ? 1 : 2)) {
      try all(reader("csv", header + line, .ferPlus, in: scratch))
    }
  }

  @Test func otherClassesAreRefused() throws {
    let scratch = try Scratch()
    #expect(throws: RowError.labelsDiffer(scratch.path("rows"))) {
      try all(reader("csv", text("csv", results), .fer2013, in: scratch))
    }
  }
}

@Suite struct WebVTTTests {
  @Test func aCueASegment() {
    let results = (0..<100).map { index in
      var face = happy
      if index >= 50 { (face.expression, face.confidence) = ("sad", 0.8) }
      return FrameResult(frame: index, time: Double(index) * 0.04, faces: [face])
    }
    let cues = text("vtt", results)
    #expect(cues.hasPrefix("WEBVTT\n\n00:00:00.000 --> 00:00:02.000\n#1 happy 93 %\n"))
    #expect(cues.contains("\n00:00:02.000 --> 00:00:04.000\n#1 sad "))
    #expect(cues.components(separatedBy: " --> ").count == 3)
  }
}
