import Foundation
import Synchronization
import Testing

@testable import Media

/// The life of a camera, with one that follows a script.
@Suite struct CameraSourceTests {
  private struct Run {
    var frames: [MediaFrame] = []
    var figures = CameraFigures()
    var told: [CameraStatus] = []
    var camera: ScriptedCamera
  }

  /// All frames of a script.
  private func play(_ script: ScriptedCamera.Step...) throws -> Run {
    let camera = ScriptedCamera(script)
    let log = StatusLog()
    let source = try CameraSource(camera, camera.waker) { log.add($0) }
    var run = Run(camera: camera)
    while let frame = try source.next() { run.frames.append(frame as! MediaFrame) }
    (run.figures, run.told) = (source.figures, log.seen)
    return run
  }

  private let busy = CameraError.busy("/dev/video9", holders: [])
  private let refused = CameraError.driver("/dev/video9", step: "start", code: EINVAL)

  @Test func framesAreNumberedAndTimed() throws {
    let run = try play(.frames(3))
    #expect(run.frames.map(\.index) == [0, 1, 2])
    #expect(zip(run.frames, [0, 0.04, 0.08]).allSatisfy { abs($0.time - $1) < 1e-6 })
    #expect(run.told == [.streaming])
    #expect(run.camera.open == 0)
  }

  @Test func gapsAreTheDriversDrops() throws {
    let run = try play(.frames(2), .skip(3), .frames(1), .damaged, .frames(1))
    #expect(run.figures.missed == 3)
    #expect(run.figures.damaged == 1)
    #expect(run.figures.frames == 4)
  }

  @Test func anUnpluggedCameraIsWaitedFor() throws {
    let run = try play(.frames(2), .unplugged(attempts: 40), .frames(2))
    #expect(run.told == [.streaming, .gone, .streaming])
    #expect(run.frames.map(\.index) == [0, 1, 2, 3])
    #expect(run.figures.losses == 1)
    #expect(run.frames[2].time > 9, "time passed while it was away")
    #expect(run.camera.mostOpen == 1)
  }

  @Test func aBusyOneIsWaitedForAfterwards() throws {
    let run = try play(.frames(1), .unplugged(attempts: 1), .refusing(busy, attempts: 3), .frames(1))
    #expect(run.told == [.streaming, .gone, .blocked(busy), .streaming])
    #expect(run.frames.count == 2)
  }

  @Test func aBrokenStreamIsBegunAnew() throws {
    let run = try play(.frames(1), .broken, .frames(1), .broken, .notStarting(refused, attempts: 1), .frames(1))
    #expect(run.frames.count == 3)
    #expect(run.figures.restarts == 3)
    #expect(run.figures.losses == 0)
    #expect(run.told == [.streaming])
  }

  @Test func oneThatBreaksOnAndOnIsOpenedAgain() throws {
    let run = try play(.frames(1), .broken, .broken, .broken, .broken, .broken, .frames(1))
    #expect(run.frames.count == 2)
    #expect(run.camera.mostOpen == 1)
  }

  @Test func silenceIsToldAndMended() throws {
    let run = try play(.frames(1), .silence(7), .frames(1))
    #expect(run.told == [.streaming, .silent, .streaming])
    #expect(run.figures.restarts == 1)
    #expect(run.camera.starts == 2)
  }

  @Test func whatNeverGaveAFrameIsGivenUp() {
    #expect(throws: busy) { try play(.refusing(busy, attempts: 9)) }
    #expect(throws: busy) { try play(.notStarting(busy, attempts: 9)) }
    #expect(throws: refused) { try play(.notStarting(refused, attempts: 9)) }
    #expect(throws: CameraError.gone("/dev/video9")) { try play(.unplugged(attempts: 9)) }
    #expect(throws: CameraError.silent("/dev/video9", seconds: 20)) { try play(.silence(100)) }
  }

  @Test func passingRefusalsAtTheStartAreTriedAgain() throws {
    #expect(
      try play(.refusing(refused, attempts: 2), .notStarting(refused, attempts: 2), .frames(1)).frames.count == 1)
  }

  /// `cancel` from another thread ends the wait for a camera that is away, soon.
  @Test func cancellationEndsTheWait() throws {
    let camera = ScriptedCamera([.frames(1), .unplugged(attempts: .max)])
    let source = try CameraSource(camera, camera.waker) { _ in }
    #expect(try source.next() != nil)
    let begin = Mutex(Date())
    Thread.detachNewThread {
      Thread.sleep(forTimeInterval: 0.05)
      begin.withLock { $0 = Date() }
      source.cancel()
    }
    #expect(try source.next() == nil)
    #expect(Date().timeIntervalSince(begin.withLock(\.self)) < 1)
    #expect(try source.next() == nil)
  }

  @Test func aHundredRoundsLeaveNothingOpen() throws {
    let before = descriptors()
    for round in 0..<100 {
      let run = try play(.frames(3), .unplugged(attempts: round % 5), .frames(2), .broken, .frames(1))
      #expect(run.frames.count == 6)
      #expect(run.camera.open == 0)
    }
    #expect(descriptors() <= before + 2)
  }

  private func descriptors() -> Int {
    (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0
  }
}
