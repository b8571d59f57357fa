import Foundation
import TestSupport
import Testing

@testable import Core
@testable import Sessions
@testable import mien

extension Program {
  /// Runs a line of shell in `folder`, with the program as `$MIEN` and the sample clip as `$CLIP`.
  @discardableResult
  static func shell(_ line: String, in folder: URL) throws -> Outcome {
    try run("/usr/bin/env", ["MIEN=\(path)", "CLIP=\(sampleClip)", "/bin/sh", "-c", line], in: folder)
  }
}

/// Waits for something to become true.
func wait(_ seconds: Double = 60, for condition: () throws -> Bool) rethrows -> Bool {
  let end = Date() + seconds
  while Date() < end {
    if try condition() { return true }
    usleep(20_000)
  }
  return false
}

/// Kills, hang-ups and full disks.
@Suite(.serialized, .enabled(if: Probe.isThere, Comment(rawValue: Probe.missing)))
struct FaultTests {
  private func words(_ scratch: Scratch, _ name: String) -> [String] {
    [
      "annotate", sampleClip, "--every", "3", "--duration", "4", "-o", scratch.path("\(name).mkv"), "--jsonl",
      scratch.path("\(name).jsonl"), "--quiet",
    ]
  }

  /// Kills a run once it has so many rows; gives its file of rows.
  private func killed(_ scratch: Scratch, rows: Int) throws -> String {
    let before = Set(scratch.names)
    let run = try Program.start(Program.path, words(scratch, "out"))
    func new() -> String? { scratch.names.first { !before.contains($0) && $0.hasSuffix(".jsonl") } }
    func count() throws -> Int { try new().map { try scratch.data($0).count { $0 == 10 } } ?? 0 }
    #expect(try wait { try count() >= rows })
    run.process.send(SIGKILL)
    _ = try run.wait()
    return try #require(new())
  }

  @Test func killedRunsAreTakenUp() throws {
    let scratch = try Scratch()
    #expect(try Program.run(Program.path, words(scratch, "whole")).status == 0)
    let first = try killed(scratch, rows: 30)
    let second = try killed(scratch, rows: 5)
    #expect(first.hasPrefix("out.partial-") && second != first)
    // Of another run that lives, and of one that died in the midst of a row.
    let other = try PendingFile(scratch.path("out.jsonl"), replaces: false)
    try other.write(Array("{\"frame\":0".utf8))
    try Data("{\"frame\":0,\"ti".utf8).write(to: scratch.file("out.partial-1-7.jsonl"))
    let begin = try scratch.text(first).split(separator: "\n").prefix(30).joined(separator: "\n")

    let resumed = try Program.run(Program.path, words(scratch, "out") + ["--resume"])
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(try scratch.text("out.jsonl") == scratch.text("whole.jsonl"))
    #expect(try scratch.text("out.jsonl").hasPrefix(begin))
    #expect(try Probe.times(scratch.path("out.mkv")) == Probe.times(scratch.path("whole.mkv")))
    let living = String(other.temporary.dropFirst(scratch.folder.path.count + 1))
    #expect(scratch.names == [living, "out.jsonl", "out.mkv", "whole.jsonl", "whole.mkv"].sorted())
  }

  /// A killed recording plays but for its last seconds.
  @Test func aKilledRecordingPlays() throws {
    let scratch = try Scratch()
    let run = try Program.start(
      Program.path,
      ["live", sampleClip, "--headless", "--record", scratch.path("a.mkv"), "--jsonl", scratch.path("a.jsonl")])
    func rows() throws -> Int {
      try scratch.names.first { $0.hasSuffix(".jsonl") }.map { try scratch.data($0).count { $0 == 10 } } ?? 0
    }
    #expect(try wait { try rows() >= 125 })
    run.process.send(SIGKILL)
    _ = try run.wait()
    let recording = try #require(scratch.names.first { $0.hasPrefix("a.partial-") && $0.hasSuffix(".mkv") })
    #expect(try Probe.times(scratch.path(recording)).count >= 40)
  }

  @Test(arguments: [
    #"{"frame":0,"time":1e300,"faces":[]}"#, #"{"frame":1e18,"time":0,"faces":[]}"#,
    #"{"frame":-1,"time":0,"faces":[]}"#,
    #"{"frame":0,"time":NaN,"faces":[]}"#, #"{"frame":0,"time":"0","faces":[]}"#, #"{"frame":0,"time":0,"faces":{}}"#,
    #"{"frame":9223372036854775807,"time":0,"faces":[]}"#, "[[[[", String(repeating: "[", count: 200_000),
    String(repeating: "{\"frame\":", count: 10_000), "\0\0\0\0", "",
  ])
  func rowsThatAreNone(row: String) throws {
    try expectNoTrap(row)
  }

  @Test(arguments: [
    #""track":-1,"box":[1,2,3,4]"#, #""track":9223372036854775807,"box":[1,2,3,4]"#, #""track":1,"box":[1e308,2,3,4]"#,
    #""track":1,"box":[1,2,3]"#, #""track":1e300,"box":[1,2,3,4]"#,
  ])
  func facesThatAreNone(head: String) throws {
    let shares = #""angry":0,"disgust":0,"fear":0,"happy":1,"sad":0,"surprise":0,"neutral":0,"contempt":0"#
    try expectNoTrap(
      #"{"frame":0,"time":0,"faces":[{\#(head),"score":1,"source":"measured","expression":"happy","confidence":1,"#
        + #""probabilities":{\#(shares)}}]}"#)
  }

  /// As the first row it is said; behind a good one it counts for nothing, as what follows it.
  private func expectNoTrap(_ row: String) throws {
    let scratch = try Scratch()
    let words = [
      "annotate", sampleClip, "--duration", "0.1", "--resume", "--quiet", "--jsonl", scratch.path("r.jsonl"),
    ]
    try Data("\(row)\n".utf8).write(to: scratch.file("r.partial.jsonl"))
    let first = try Program.run(Program.path, words)
    #expect(
      first.status == 1 && first.complaints.count == 1 && first.errors.contains("r.partial.jsonl"), "\(first.errors)")
    let good = #"{"frame":0,"time":0,"faces":[]}"#
    try Data("\(good)\n\(row)\n{\"frame\":7,\"time\":9,\"faces\":[]}\n".utf8).write(to: scratch.file("r.partial.jsonl"))
    let second = try Program.run(Program.path, words)
    #expect(second.status == 0 && second.errors.isEmpty, "\(second.errors)")
    #expect(try scratch.text("r.jsonl").hasPrefix(good + "\n{\"frame\":1,"))
  }

  @Test func hangingUpIsAsEnding() throws {
    let scratch = try Scratch()
    let live = try Program.shell(
      "$MIEN live $CLIP --headless --record a.mkv --jsonl a.jsonl & p=$!; sleep 3; kill -HUP $p; kill -HUP $p; wait $p",
      in: scratch.folder)
    #expect(live.status == 130, "\(live.errors)")
    #expect(scratch.names == ["a.partial.jsonl", "a.partial.mkv"])
    #expect(try Probe.times(scratch.path("a.partial.mkv")).count > 10)
    let nohup = try Program.shell(
      "trap '' HUP; $MIEN live $CLIP --headless --frames 50 --jsonl b.jsonl & p=$!; sleep 1.5; kill -HUP $p; wait $p",
      in: scratch.folder)
    #expect(nohup.status == 0 && scratch.has("b.jsonl"), "\(nohup.errors)")
  }
}

/// A disk that is full: a small one in memory, which root can mount.
@Suite(.serialized, .enabled(if: getuid() == 0, "skipped: only root can mount a small disk"))
struct FullDiskTests {
  /// Runs `body` with a disk of so many KiB mounted at `disk`.
  private func withDisk(_ size: Int, _ scratch: Scratch, _ body: () throws -> Void) throws {
    let disk = scratch.path("disk")
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
    let mounted = try Program.run("/bin/mount", ["-t", "tmpfs", "-o", "size=\(size)k", "tmpfs", disk])
    guard mounted.status == 0 else { return print("skipped: no tmpfs can be mounted here") }
    defer { _ = try? Program.run("/bin/umount", ["-l", disk]) }
    try body()
  }

  private func names(_ scratch: Scratch) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: scratch.path("disk")).sorted()
  }

  /// What was done stays, playable, and is named; with room again it goes on.
  @Test(arguments: ["mkv", "mp4"]) func annotateKeepsWhatIsThere(ending: String) throws {
    let scratch = try Scratch()
    let words = [
      "annotate", sampleClip, "--every", "5", "--quality", "95", "-o", scratch.path("disk/a.\(ending)"), "--jsonl",
      scratch.path("a.jsonl"), "--csv", scratch.path("disk/a.csv"), "--quiet",
    ]
    try withDisk(1200, scratch) {
      let outcome = try Program.run(Program.path, words)
      #expect(outcome.status == 1 && outcome.complaints.count == 1, "\(outcome.errors)")
      for name in ["a.partial.\(ending)", "a.partial.jsonl", "a.partial.csv", "no room"] {
        #expect(outcome.errors.contains(name), "\(outcome.errors)")
      }
      #expect(try names(scratch) == ["a.partial.csv", "a.partial.\(ending)"])
      #expect(try Probe.times(scratch.path("disk/a.partial.\(ending)")).count > 5)
      let rows = try Row.all(scratch.data("a.partial.jsonl"))
      #expect(rows.count > 5 && rows.map(\.frame) == Array(0..<rows.count))
      #expect(try Program.run("/bin/mount", ["-o", "remount,size=200m", scratch.path("disk")]).status == 0)
      let resumed = try Program.run(Program.path, words + ["--resume", "--duration", "6"])
      #expect(resumed.status == 0, "\(resumed.errors)")
      #expect(try names(scratch) == ["a.csv", "a.\(ending)"] && scratch.names == ["a.jsonl", "disk"])
    }
  }

  @Test func rowsAreCutBehindAWholeOne() throws {
    let scratch = try Scratch()
    try withDisk(8, scratch) {
      let outcome = try Program.run(
        Program.path, ["annotate", sampleClip, "--every", "5", "--jsonl", scratch.path("disk/a.jsonl"), "--quiet"])
      #expect(outcome.status == 1 && outcome.complaints.count == 1 && outcome.errors.contains("a.partial.jsonl"))
      let text = try scratch.text("disk/a.partial.jsonl")
      #expect(text.hasSuffix("}\n") && text.split(separator: "\n").count > 1)
    }
  }

  @Test func liveGoesOn() throws {
    let scratch = try Scratch()
    try withDisk(600, scratch) {
      let outcome = try Program.run(
        Program.path,
        [
          "live", sampleClip, "--headless", "--record", scratch.path("disk/r.mkv"), "--quality", "95", "--frames",
          "150",
          "--jsonl", scratch.path("live.jsonl"),
        ])
      #expect(outcome.status == 1, "\(outcome.errors)")
      #expect(outcome.errors.contains("r.partial.mkv") && outcome.errors.contains("ended early"), "\(outcome.errors)")
      #expect(try names(scratch) == ["r.partial.mkv"])
      #expect(try Probe.times(scratch.path("disk/r.partial.mkv")).count > 5)
      #expect(try Row.all(scratch.data("live.jsonl")).count == 150)
    }
  }
}

/// Limits of the system.
@Suite struct LimitTests {
  @Test(arguments: ["annotate", "live --headless"]) func tooLittleMemoryIsOneSentence(command: String) throws {
    let scratch = try Scratch()
    let outcome = try Program.shell("ulimit -v 500000; $MIEN \(command) $CLIP --jsonl rows.jsonl", in: scratch.folder)
    #expect(outcome.status == 1 && outcome.errors.contains("The limit of memory is 488 MB"), "\(outcome.errors)")
    #expect(scratch.names.isEmpty)
    let enough = try Program.shell(
      "ulimit -v 1500000; $MIEN annotate $CLIP --models fast --duration 0.5 --quiet --jsonl rows.jsonl",
      in: scratch.folder)
    #expect(enough.status == 0 && scratch.names == ["rows.jsonl"], "\(enough.errors)")
  }

  /// One pixel, and more pixels than any screen has.
  @Test func imagesOfAllSizes() throws {
    let scratch = try Scratch()
    try Data("P5\n1 1\n255\n".utf8 + [90]).write(to: scratch.file("one.pgm"))
    let (width, height) = (12_000, 7_000)
    try (Data("P5\n\(width) \(height)\n255\n".utf8) + Data(repeating: 90, count: width * height)).write(
      to: scratch.file("many.pgm"))
    for name in ["one", "many"] {
      let outcome = try Program.mien(
        "annotate", "\(name).pgm", "--models", "fast", "--quiet", "--jsonl", "\(name).jsonl", in: scratch.folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(try Row.all(scratch.data("\(name).jsonl")).map(\.faces.count) == [0])
    }
  }
}

/// What others do with what they are sent, and what they find.
@Suite(.serialized) struct OtherProgramsTests {
  @Test(arguments: [["annotate"], ["live", "--headless"]], [SIGINT, SIGTERM])
  func waitingForAReaderEnds(command: [String], signal: Int32) throws {
    let scratch = try Scratch()
    #expect(mkfifo(scratch.path("ff"), 0o644) == 0)
    let words = command + [sampleClip, "--jsonl", "ff"]
    let running = try Program.start(Program.path, words, in: scratch.folder)
    #expect(try wait { try running.complaintsSoFar().contains("Waiting for somebody to read") })
    running.process.send(signal)
    let outcome = try running.wait()
    let isService = command[0] == "live" && signal == SIGTERM
    #expect(outcome.status == (isService ? 143 : 130), "\(outcome.errors)")
    #expect(scratch.names == ["ff"])
  }

  @Test(arguments: ["annotate", "live --headless"]) func aPipeByItsNameGetsAllRows(command: String) throws {
    let scratch = try Scratch()
    let only = command == "annotate" ? "--duration 0.5 --quiet" : "--frames 12"
    let outcome = try Program.shell(
      "mkfifo ff; (sleep 1; cat ff >rows) & $MIEN \(command) $CLIP \(only) --jsonl ff; s=$?; wait; exit $s",
      in: scratch.folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try Row.all(scratch.data("rows")).count >= 12)
    #expect(scratch.names == ["ff", "rows"])
  }

  /// A pipe takes 64 KiB; all else waits for its reader.
  @Test func aSlowReaderGetsTheLastRows() throws {
    let scratch = try Scratch()
    let outcome = try Program.shell(
      "$MIEN live $CLIP --headless --frames 140 --jsonl - | (sleep 10; cat >rows)", in: scratch.folder)
    #expect(try Row.all(scratch.data("rows")).count == 140, "\(outcome.errors)")
    #expect(try scratch.data("rows").count > 80_000, "more than a pipe takes")
  }

  @Test func commandsStandApart() throws {
    let scratch = try Scratch()
    let outcome = try Program.shell(
      "$MIEN live $CLIP --headless --frames 60 --jsonl - --record r.mkv --event 'happy for 200ms' --exec "
        + "'echo smile; grep SigIgn /proc/self/status >ignored; ls -l /proc/self/fd >open; cat' >rows; sleep 0.5",
      in: scratch.folder)
    #expect(outcome.errors.contains("smile\n"), "\(outcome.errors)")
    #expect(try Row.all(scratch.data("rows")).count == 60)
    // The C library's own two signals (32 and 33) are always ignored in a child that it spawns.
    let ignored = try #require(UInt64(try scratch.text("ignored").split(separator: "\t")[1].dropLast(), radix: 16))
    #expect(ignored & ~0x1_8000_0000 == 0)
    let open = try scratch.text("open")
    #expect(open.contains("/dev/null") && !open.contains("r.partial") && !open.contains("socket:"), "\(open)")
  }

  @Test func onlyDeadSocketsGiveWay() throws {
    let scratch = try Scratch()
    let datagram = bound(scratch.path("datagram"), SOCK_DGRAM)
    let dead = bound(scratch.path("dead"), SOCK_STREAM)
    close(dead)
    try Data("mine".utf8).write(to: scratch.file("file"))
    defer { close(datagram) }
    for name in ["datagram", "file"] {
      #expect(throws: LiveError.taken("unix:\(scratch.path(name))")) {
        try RowBroadcaster(RowAddress("unix:\(scratch.path(name))"), force: true)
      }
      #expect(scratch.has(name))
    }
    let outlet = try RowBroadcaster(RowAddress("unix:\(scratch.path("dead"))"), force: false)
    #expect(outlet.isListening)
    _ = try outlet.finish(interrupted: false)
    #expect(scratch.names == ["datagram", "file"])
  }

  private func bound(_ path: String, _ type: __socket_type) -> Int32 {
    let socket = Glibc.socket(AF_UNIX, Int32(type.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let status = withUnsafePointer(to: &address) { address in
      address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    #expect(status == 0)
    return socket
  }

  /// A listener that goes and comes back gets what was kept for it meanwhile.
  @Test func aListenerThatComesBackIsFound() throws {
    let scratch = try Scratch()
    let address = try RowAddress("unix:\(scratch.path("s"))")
    let first = try listening(address)
    let outlet = try RowBroadcaster(address, force: false)
    #expect(!outlet.isListening && outlet.send(Array("0\n".utf8)))
    let reader = try accepted(first)
    #expect(line(reader) == "0\n")
    close(reader)
    close(first)
    for number in 1...20 {
      #expect(outlet.send(Array("\(number)\n".utf8)))
      usleep(10_000)
    }
    let second = try listening(address)
    let again = try accepted(second)
    usleep(200_000)
    #expect(line(again).split(separator: "\n").compactMap { Int($0) } == Array(1...20) && outlet.dropped == 0)
    close(again)
    close(second)
    _ = try outlet.finish(interrupted: false)
  }

  private func listening(_ address: RowAddress) throws -> Int32 {
    guard case .listening(let socket) = try RowSocket(address) else { throw LiveError.taken(address.text) }
    return socket
  }

  private func accepted(_ socket: Int32) throws -> Int32 {
    var reader: Int32?
    #expect(
      wait(10) {
        reader = RowSocket.accept(socket)
        return reader != nil
      })
    return try #require(reader)
  }

  private func line(_ socket: Int32) -> String {
    var buffer = [UInt8](repeating: 0, count: 4096)
    return String(decoding: buffer[..<max(read(socket, &buffer, buffer.count), 0)], as: UTF8.self)
  }

  @Test(arguments: ["udp:127.0.0.1:9", "http://x/y", "tpc:a:1", "tcp:a", "unix:"])
  func whatIsNoPlaceForRowsIsNoFile(text: String) throws {
    let scratch = try Scratch()
    for command in [["live", "--headless"], ["annotate"]] {
      let outcome = try Program.run(Program.path, command + [sampleClip, "--jsonl", text], in: scratch.folder)
      #expect(
        outcome.status == 2 && outcome.complaints.count == 1 && outcome.errors.contains("--jsonl"), "\(outcome.errors)")
      #expect(scratch.names == [])
    }
  }

  /// An address that swallows what is sent to it: Ctrl-C ends the wait.
  @Test func aHostThatDoesNotAnswerIsNotWaitedForLong() throws {
    let running = try Program.start(Program.path, ["live", sampleClip, "--headless", "--jsonl", "tcp:198.51.100.1:9"])
    Thread.sleep(forTimeInterval: 1.5)
    let begin = Date()
    running.process.send(SIGINT)
    let outcome = try running.wait()
    #expect([1, 130].contains(outcome.status) && Date().timeIntervalSince(begin) < 3, "\(outcome.errors)")
  }
}

/// Names that are long, and names that are links.
@Suite(.serialized) struct NameTests {
  @Test(arguments: [235, 244, 249, 250, 251], ["y", "表"])
  func longNames(size: Int, letter: String) throws {
    let scratch = try Scratch()
    let stem = String(repeating: letter, count: size / letter.utf8.count)
    let folder = scratch.folder
    func outcome(_ force: [String]) throws -> Program.Outcome {
      try Program.run(
        Program.path,
        [
          "annotate", sampleClip, "--duration", "0.1", "--quiet", "--jsonl", "\(stem).txt", "--timeline", "\(stem).svg",
          "-o", "\(stem).mp4",
        ] + force, in: folder)
    }
    let first = try outcome([])
    #expect(first.status == 0, "\(first.errors)")
    #expect(try outcome(["--force"]).status == 0)
    #expect(scratch.names == ["\(stem).mp4", "\(stem).svg", "\(stem).txt"])
    let partial = FileName.inserted("partial", into: scratch.path("\(stem).txt"))
    #expect(partial.hasSuffix(".partial.txt") && URL(fileURLWithPath: partial).lastPathComponent.utf8.count <= 255)
    #expect(partial != FileName.inserted("partial", into: scratch.path("\(stem.dropLast())x.txt")))
  }

  /// Before any work is done, not at its end.
  @Test(arguments: ["-o", "--jsonl", "--timeline"]) func namesThatCannotBeAreRefusedAtOnce(option: String) throws {
    let scratch = try Scratch()
    let ending = ["-o": ".mkv", "--jsonl": ".jsonl", "--timeline": ".svg"][option]!
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path("loop" + ending), withDestinationPath: "loop" + ending)
    for name in [String(repeating: "z", count: 256 - ending.count) + ending, "loop" + ending] {
      let words = ["annotate", sampleClip, "--duration", "0.1", option, name]
      let outcome = try Program.run(Program.path, words, in: scratch.folder)
      #expect(outcome.status == 1 && outcome.complaints.count == 1, "\(outcome.errors)")
      #expect(scratch.names == ["loop" + ending])
    }
  }

  /// The link's file is replaced, there or not yet, in whatever folder it is.
  @Test func linksAreFollowed() throws {
    let scratch = try Scratch()
    let make = FileManager.default
    try make.createDirectory(atPath: scratch.path("real"), withIntermediateDirectories: true)
    try Data("old".utf8).write(to: scratch.file("real/r.jsonl"))
    for (link, target) in [
      ("r.jsonl", "real/r.jsonl"), ("v.mkv", "real/new.mkv"), ("c.csv", "two"), ("two", "real/c.csv"),
    ] {
      try make.createSymbolicLink(atPath: scratch.path(link), withDestinationPath: target)
    }
    let words = [
      "annotate", sampleClip, "--duration", "0.1", "--quiet", "--jsonl", "r.jsonl", "-o", "v.mkv", "--csv", "c.csv",
    ]
    let refused = try Program.run(Program.path, words, in: scratch.folder)
    #expect(refused.status == 1 && refused.errors.contains("r.jsonl"))
    let outcome = try Program.run(Program.path, words + ["--force"], in: scratch.folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(scratch.names == ["c.csv", "r.jsonl", "real", "two", "v.mkv"])
    #expect(try make.contentsOfDirectory(atPath: scratch.path("real")).sorted() == ["c.csv", "new.mkv", "r.jsonl"])
    #expect(try make.destinationOfSymbolicLink(atPath: scratch.path("r.jsonl")) == "real/r.jsonl")
    #expect(try !scratch.text("real/r.jsonl").contains("old"))
  }

  /// What is open already is written where it is, behind what it holds.
  @Test func standardOutputByItsName() throws {
    let scratch = try Scratch()
    let outcome = try Program.shell(
      "echo first >rows; $MIEN annotate $CLIP --duration 0.1 --quiet --jsonl /dev/stdout >>rows; ls -l /dev/stdout",
      in: scratch.folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let text = try scratch.text("rows")
    #expect(text.hasPrefix("first\n{\"frame\":0") && scratch.names == ["rows"])
  }

  @Test func namesOfFormulasAreSafeInSpreadsheets() throws {
    let scratch = try Scratch()
    _ = try scratch.makeClip("=1+1.mp4", seconds: 0.2)
    _ = try scratch.makeClip("@a.mp4", seconds: 0.2)
    let outcome = try Program.run(
      Program.path, ["annotate", "=1+1.mp4", "@a.mp4", "--csv", "r.csv", "--quiet"], in: scratch.folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let cells = Set(
      try scratch.text("r.csv").split(separator: "\n").dropFirst().compactMap { $0.split(separator: ",").last })
    #expect(cells == ["./=1+1.mp4", "./@a.mp4"])
  }

  /// `/proc` takes no file, from nobody: the user's folder of frames does.
  @Test func keepsakesFindAFolder() throws {
    let scratch = try Scratch()
    setenv("XDG_PICTURES_DIR", scratch.path("Pictures"), 1)
    defer { unsetenv("XDG_PICTURES_DIR") }
    var tried: [String] = []
    let name = try Keepsake.write("png") { name in
      tried.append(name)
      if tried.count == 1 { throw LiveError.noScreen }
      try Data("x".utf8).write(to: URL(fileURLWithPath: name))
    }
    #expect(tried.count == 2 && name.hasPrefix(scratch.path("Pictures/mien-")) && name.hasSuffix(".png"))
    #expect(scratch.names == ["Pictures"])
  }
}

/// One frame is looked at before live ends.
@Suite struct LiveStillTests {
  @Test func aFrameShowsItsFaces() throws {
    let scratch = try Scratch()
    try Program.run("/usr/bin/ffmpeg", ["-v", "error", "-i", sampleClip, "-frames:v", "1", scratch.path("face.png")])
    let outcome = try Program.mien("live", scratch.path("face.png"), "--headless", "--jsonl", "-")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let rows = try Row.all(outcome.output)
    #expect(rows.count == 1 && !rows[0].faces.isEmpty)
  }

  @Test func standardInputIsAnInput() throws {
    let scratch = try Scratch()
    let outcome = try Program.shell(
      "ffmpeg -v error -i $CLIP -t 2 -c copy -f mpegts - | $MIEN live - --headless --jsonl rows", in: scratch.folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try Row.all(scratch.data("rows")).count > 20)
  }
}
