import Foundation
import TestSupport
import Testing

/// Files of rows and documents: of a whole run, and one for each recording.
@Suite(.serialized, .enabled(if: Probe.isThere, Comment(rawValue: Probe.missing)))
struct ResultFilesTests {
  /// A folder with two short recordings, one below it, and an image.
  private func recordings() throws -> Scratch {
    let scratch = try Scratch()
    try FileManager.default.createDirectory(at: scratch.file("in/sub"), withIntermediateDirectories: true)
    for (name, start) in [("in/a.mp4", "0"), ("in/b.mkv", "4"), ("in/sub/a.mp4", "6")] {
      _ = try Tool.run(
        "/usr/bin/ffmpeg",
        ["-v", "error", "-ss", start, "-t", "1.2", "-i", sampleClip, "-c:v", "libx264", scratch.path(name)])
    }
    _ = try Tool.run("/usr/bin/ffmpeg", ["-v", "error", "-i", sampleClip, "-frames:v", "1", scratch.path("in/c.png")])
    return scratch
  }

  private let every = [
    "annotate", "in", "--recursive", "--quiet", "--models", "fast", "--jsonl", "rows/", "--csv", "all.csv",
    "--segments",
    "seg/%n.srt", "--summary", "sum.csv", "--report", "pages/", "--timeline", "all.svg",
  ]

  @Test func eachRecordingHasFilesOfItsOwn() throws {
    let scratch = try recordings()
    let outcome = try Program.run(Program.path, every, in: scratch.folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    for (name, source) in [("a", "a.mp4"), ("b", "b.mkv"), ("c", "c.png"), ("sub/a", "sub/a.mp4")] {
      let alone = try Program.run(
        Program.path, ["annotate", "in/\(source)", "--quiet", "--models", "fast", "--jsonl", "-"], in: scratch.folder)
      #expect(try scratch.data("rows/\(name).jsonl") == alone.output, "\(source) as alone")
      #expect(scratch.has("seg/\(name).srt") && scratch.has("pages/\(name).html"))
    }
    let inputs = Set(
      try scratch.text("all.csv").split(separator: "\n").dropFirst().map { $0.split(separator: ",").last! })
    #expect(inputs == ["in/a.mp4", "in/b.mkv", "in/c.png", "in/sub/a.mp4"])
  }

  @Test func filesOfEachRecordingAreTakenUp() throws {
    let scratch = try recordings()
    #expect(try Program.run(Program.path, every, in: scratch.folder).status == 0)
    let (rows, csv) = (try scratch.data("rows/b.jsonl"), try scratch.data("all.csv"))
    // As a run leaves it that was stopped in the second recording.
    let half = rows.split(separator: 10).prefix(10).map { Array($0) + [10] }.joined()
    try Data(half).write(to: scratch.file("rows/b.partial.jsonl"))
    for name in ["rows/b.jsonl", "all.csv", "sum.csv", "all.svg", "seg/b.srt", "pages/b.html"] {
      try FileManager.default.removeItem(at: scratch.file(name))
    }
    let again = try Program.run(Program.path, every + ["--resume"], in: scratch.folder)
    #expect(again.status == 0, "\(again.errors)")
    #expect(try scratch.data("rows/b.jsonl") == rows && !scratch.has("rows/b.partial.jsonl"))
    #expect(try scratch.data("all.csv") == csv, "each row once")
    let none = try Program.run(Program.path, every.filter { $0 != "--quiet" } + ["--resume"], in: scratch.folder)
    #expect(none.status == 0 && none.errors.contains("Nothing is left to do"), "\(none.errors)")
  }

  /// One figure in rows, summary and page.
  @Test func sharesAreThoseOfTheRows() throws {
    let scratch = try Scratch()
    let outcome = try Program.mien(
      "annotate", sampleClip, "--quiet", "--csv", "r.csv", "--summary", "s.csv", "--report", "p.html",
      in: scratch.folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let rows = try scratch.text("r.csv").split(separator: "\n").dropFirst().map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    let first = rows.filter { $0[2] == "1" }
    let happy = Double(first.count { $0[9] == "happy" }) / Double(first.count)
    let line = try #require(try scratch.text("s.csv").split(separator: "\n").first { $0.contains(",1,happy,") })
    let share = try #require(Double(line.split(separator: ",")[3]))
    #expect(abs(share - happy) < 1e-3, "\(line)")
    #expect(try scratch.text("p.html").contains("happy \(Int((happy * 100).rounded())) %"))
  }

  @Test func segmentsAreReadByOthers() throws {
    let scratch = try Scratch()
    func write(_ name: String) throws -> String {
      let outcome = try Program.mien(
        "annotate", sampleClip, "--quiet", "--models", "fast", "--segments", name, in: scratch.folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      return try scratch.text(name)
    }
    for (name, codec) in [("s.srt", "subrip"), ("s.vtt", "webvtt")] {
      let cues = try write(name).matches(of: #/ --> /#).count
      let probe = try Tool.run(
        "/usr/bin/ffprobe",
        [
          "-v", "error", "-of", "csv=p=0", "-count_packets", "-show_entries", "stream=codec_name,nb_read_packets",
          scratch.path(name),
        ])
      #expect(probe.text.trimmingCharacters(in: .whitespacesAndNewlines) == "\(codec),\(cues)" && cues >= 3)
    }
    for line in try write("s.txt").split(separator: "\n") {
      let cells = line.split(separator: "\t")
      #expect(cells.count == 3 && Double(cells[0])! < Double(cells[1])!)
    }
    let markers = try write("s.edl").matches(of: #/V     C        (\S+) /#).map { String($0.1) }
    #expect(Set(markers).count == markers.count && markers == markers.sorted())
    let grid = try write("s.TextGrid")
    #expect(
      grid.hasPrefix("File type = \"ooTextFile\"\nObject class = \"TextGrid\"\n") && grid.contains("name = \"face 1\""))
    for (inputs, name, hint) in [
      ([sampleClip], "s.doc", "has no ending of a file of segments"), ([sampleClip], "sub/", "sub/%n.vtt"),
      ([sampleClip, sampleClip], "s.eaf", "s-%n.eaf"),
    ] {
      let refused = try Program.run(Program.path, ["annotate"] + inputs + ["--segments", name], in: scratch.folder)
      #expect(refused.status == 1 && refused.errors.contains(hint), "\(refused.errors)")
    }
  }

  /// What EAF 3.0's schema asks for, checked by a reader of XML: order, required attributes, identifiers and references.
  @Test(.enabled(if: Python.has("xml.etree"), Comment(rawValue: Python.missing("xml.etree"))))
  func annotationsKeepTheSchema() throws {
    let scratch = try Scratch()
    try FileManager.default.copyItem(atPath: sampleClip, toPath: scratch.path("a b & c.mp4"))
    let outcome = try Program.mien(
      "annotate", "a b & c.mp4", "--quiet", "--models", "fast", "--segments", "s.eaf", in: scratch.folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let script = """
      import sys, os, datetime, urllib.parse, xml.etree.ElementTree as tree
      path = sys.argv[1]
      root = tree.parse(path).getroot()
      assert root.tag == 'ANNOTATION_DOCUMENT' and root.get('FORMAT') == root.get('VERSION') == '3.0' and root.get('AUTHOR')
      datetime.datetime.fromisoformat(root.get('DATE'))
      tags = [child.tag for child in root]
      order = ['LICENSE', 'HEADER', 'TIME_ORDER', 'TIER', 'LINGUISTIC_TYPE', 'LOCALE', 'CONSTRAINT']
      assert [order.index(tag) for tag in tags] == sorted(order.index(tag) for tag in tags)
      assert tags.count('HEADER') == tags.count('TIME_ORDER') == 1 and root.find('HEADER').get('TIME_UNITS') == 'milliseconds'
      media = root.find('HEADER/MEDIA_DESCRIPTOR')
      assert media.get('MIME_TYPE') == 'video/mp4'
      assert os.path.exists(os.path.join(os.path.dirname(path), urllib.parse.unquote(media.get('RELATIVE_MEDIA_URL'))))
      slots = {slot.get('TIME_SLOT_ID'): int(slot.get('TIME_VALUE')) for slot in root.find('TIME_ORDER')}
      assert list(slots.values()) == sorted(slots.values()) and len(slots) == len(root.find('TIME_ORDER'))
      kinds = {kind.get('LINGUISTIC_TYPE_ID') for kind in root.findall('LINGUISTIC_TYPE')}
      names, seen = set(), set()
      for tier in root.findall('TIER'):
          assert tier.get('LINGUISTIC_TYPE_REF') in kinds and tier.get('TIER_ID') not in names
          names.add(tier.get('TIER_ID'))
          end = 0
          for annotation in tier:
              assert annotation.tag == 'ANNOTATION' and [child.tag for child in annotation] == ['ALIGNABLE_ANNOTATION']
              one = annotation[0]
              assert one.get('ANNOTATION_ID') not in seen and [child.tag for child in one] == ['ANNOTATION_VALUE']
              seen.add(one.get('ANNOTATION_ID'))
              first, last = slots[one.get('TIME_SLOT_REF1')], slots[one.get('TIME_SLOT_REF2')]
              assert end <= first < last, (end, first, last)
              end = last
      print(len(names), len(seen))
      """
    let answer = String(decoding: try Python.run(script, scratch.path("s.eaf")), as: UTF8.self)
    let counts = answer.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
    #expect(counts.count == 2 && counts[0] >= 3 && counts[1] >= counts[0], "\(answer)")
  }

  @Test func framesAreSampledByTimeAndFacesChosen() throws {
    let scratch = try Scratch()
    let outcome = try Program.mien(
      "annotate", sampleClip, "--quiet", "--models", "fast", "--every", "0.5s", "--measured", "--jsonl", "r.jsonl",
      in: scratch.folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let rows = try Row.all(scratch.data("r.jsonl"))
    #expect(rows.count == 20 && rows.enumerated().allSatisfy { abs($1.time - Double($0) * 0.5) < 0.045 })
    let faces = rows.flatMap(\.faces)
    #expect(faces.count { $0.source == "measured" } * 10 > faces.count * 9, "held where a face is lost in such a frame")
    let one = try Program.mien(
      "annotate", sampleClip, "--quiet", "--models", "fast", "--face", "2", "--jsonl", "-", in: scratch.folder)
    let chosen = try Row.all(one.output).flatMap(\.faces)
    #expect(chosen.count > 100 && chosen.allSatisfy { $0.track == 2 })
    for words in [["--face", "2"], ["--measured"]] {
      let refused = try Program.run(
        Program.path, ["annotate", sampleClip, "--jsonl", scratch.path("x"), "--resume"] + words)
      #expect(refused.status == 2 && refused.errors.contains("cannot be used together"))
    }
  }

  @Test func imagesStandInAGallery() throws {
    let scratch = try recordings()
    try FileManager.default.copyItem(at: scratch.file("in/c.png"), to: scratch.file("in/d.png"))
    let outcome = try Program.mien(
      "annotate", "in/c.png", "in/d.png", "-o", "out", "--quiet", "--report", "p.html", in: scratch.folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let page = try scratch.text("p.html")
    #expect(page.matches(of: /<figure>/).count == 2 && page.contains("2 images · ") && !page.contains("<h2>Segments"))
    let mixed = try Program.mien("annotate", "in", "--quiet", "--report", "m.html", in: scratch.folder)
    #expect(mixed.status == 0)
    let both = try scratch.text("m.html")
    #expect(both.contains("2 images · 2 recordings · 0:02.4 in all"), "lengths are added up")
    #expect(both.contains("<h3>a.mp4 ") && both.contains("<h3>b.mkv ") && both.contains("<b>face 1</b>"))
  }
}
