import Foundation
import Testing

@testable import Media

/// What goes wrong with real cameras, set off in the kernel's virtual ones. Slow: in the machine of `make test-v4l2` alone.
@Suite(.enabled(if: V4L2Cameras.areThere, "skipped: in make test-v4l2"), .serialized) struct V4L2FaultSlow {
  typealias Cameras = V4L2Cameras

  @Test func dropsOfTheDriverAreCounted() throws {
    let source = try Cameras.open()
    try Cameras.avFrame(source)
    try Cameras.set("percentage_of_dropped_buffers", "50")
    defer { try? Cameras.set("percentage_of_dropped_buffers", "0") }
    let before = source.figures.missed
    try Cameras.avFrame(source, after: 60)
    #expect(source.figures.missed > before + 10)
  }

  @Test func aDamagedBufferIsPassedOver() throws {
    let source = try Cameras.open()
    try Cameras.avFrame(source)
    try Cameras.set("inject_v4l2_buf_flag_error")
    try Cameras.read(source) { _ in source.figures.damaged == 1 }
    try Cameras.avFrame(source, after: 20)
    #expect(source.figures.damaged == 1)
    #expect(source.figures.restarts == 0)
  }

  @Test func aBufferThatIsRefusedOnceIsGivenAgain() throws {
    let source = try Cameras.open()
    try Cameras.avFrame(source)
    try Cameras.set("inject_vidioc_qbuf_error")
    try Cameras.avFrame(source, after: 20)
    #expect(source.figures.restarts == 0)
  }

  @Test(arguments: ["inject_vidioc_reqbufs_error", "inject_vidioc_streamon_error"])
  func aRefusedStartIsTriedAgain(fault: String) throws {
    try Cameras.set(fault)
    let source = try Cameras.open()
    #expect(try Cameras.avFrame(source).index == 0)
    #expect(try Cameras.avFrame(source, after: 5).index == 5)
    #expect(source.figures.restarts == 1)
  }

  @Test func aStreamThatDiesIsBegunAnew() throws {
    let source = try Cameras.open()
    for round in 1...3 {
      try Cameras.avFrame(source)
      try Cameras.set("inject_fatal_streaming_error")
      try Cameras.read(source) { _ in source.figures.restarts == round }
    }
    #expect(source.figures.losses == 0)
    #expect(source.status == .streaming)
  }

  @Test(arguments: ["1", "2"]) func timesThatWrapDoNoHarm(wrap: String) throws {
    try Cameras.set("wrap_timestamp", wrap)
    try Cameras.set("wrap_sequence_number")
    defer {
      try? Cameras.set("wrap_timestamp", "0")
      try? Cameras.set("wrap_sequence_number", "0")
    }
    let source = try Cameras.open(rate: 25)
    var last = -1.0
    try Cameras.read(source) { frame in
      #expect(frame.time > last && frame.time < last + 2)
      last = frame.time
      return frame.index == 150
    }
    #expect(source.figures.missed < 100)
  }

  /// Unplugged and back at once, five times: the source tells both, and goes on.
  @Test func fiveTimesUnplugged() throws {
    let log = StatusLog()
    let source = try Cameras.open { log.add($0) }
    try Cameras.avFrame(source)
    let before = Cameras.descriptors
    for round in 1...5 {
      try Cameras.set("disconnect")
      try Cameras.read(source) { _ in source.figures.losses == round && source.status == .streaming }
    }
    #expect(log.seen == [.streaming] + Array(repeating: [.gone, .streaming], count: 5).joined())
    #expect(Cameras.descriptors == before)
    #expect(try Cameras.avFrame(source, after: 10).width == 320)
  }

  /// The node vanishes for a while; the second camera goes with it. Then cancelling while it is away.
  @Test func theNodeVanishesAndComesBack() throws {
    let log = StatusLog()
    let source = try Cameras.open { log.add($0) }
    try Cameras.avFrame(source)
    try driver("unbind")
    DispatchQueue.global().asyncAfter(deadline: .now() + 2) { try? self.driver("bind") }
    let frame = try Cameras.read(source) { _ in source.figures.losses == 1 }
    #expect(frame.time > 1.5)
    #expect(log.seen == [.streaming, .gone, .streaming])

    try driver("unbind")
    DispatchQueue.global().asyncAfter(deadline: .now() + 1) { source.cancel() }
    let begin = Date()
    while try source.next() != nil {}
    #expect(Date().timeIntervalSince(begin) < 3)
    try driver("bind")
    #expect(Cameras.wait { Camera.nodes().contains(Cameras.first) })
  }

  private func driver(_ file: String) throws {
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: "/sys/bus/platform/drivers/vivid/\(file)"))
    try handle.write(contentsOf: Data("vivid.0".utf8))
    try handle.close()
  }
}
