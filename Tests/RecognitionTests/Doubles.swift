import Synchronization

@testable import Core
@testable import Recognition

/// A frame of one grey or a few, in plain memory.
final class PlainFrame: Frame, @unchecked Sendable {
  let index: Int
  let time: Double
  let width: Int
  let height: Int
  let pixelAspect: Double
  private let bytes: UnsafeMutablePointer<UInt8>

  /// `texture` grey values above `grey` are strewn over it, the same in every frame.
  init(
    index: Int, time: Double, width: Int = 64, height: Int = 48, grey: UInt8 = 128, pixelAspect: Double = 1,
    texture: Int = 1
  ) {
    (self.index, self.time, self.width, self.height) = (index, time, width, height)
    self.pixelAspect = pixelAspect
    bytes = .allocate(capacity: width * height)
    for place in 0..<width * height {
      (bytes + place).initialize(to: grey + UInt8(place &* 2_654_435_761 >> 12 & 0xff) % UInt8(texture))
    }
  }

  deinit { bytes.deallocate() }

  var luma: LumaPlane { LumaPlane(base: bytes, width: width, height: height, stride: width) }
  func read(_ region: PixelRect) -> Patch {
    Patch(rect: region, pixels: Array(repeating: 128, count: region.width * region.height * 4))
  }
  func blend(_ patch: Patch) {}
}

struct ScriptedError: Error, Equatable { var at: Int }

/// A camera that follows a script: so many frames, a failure at one of them.
final class ScriptedSource: FrameSource {
  private let frames: Int
  private let failure: Int?
  private let step: Double
  private(set) var given = 0

  init(frames: Int, failingAt failure: Int? = nil, step: Double = 0.04) {
    (self.frames, self.failure, self.step) = (frames, failure, step)
  }

  func next() throws -> (any Frame)? {
    if given == failure { throw ScriptedError(at: given) }
    guard given < frames else { return nil }
    defer { given += 1 }
    return PlainFrame(index: given, time: Double(given) * step)
  }
}

/// Says of every frame that nobody is there.
final class NobodyThere: FrameAnalyser {
  private let failure: Int?
  init(failingAt failure: Int? = nil) { self.failure = failure }

  func analyse(_ frame: any Frame) throws -> FrameResult {
    if frame.index == failure { throw ScriptedError(at: frame.index) }
    return FrameResult(frame: frame.index, time: frame.time, faces: [])
  }
}

/// Keeps what it is given.
final class MemorySink: FrameSink {
  private(set) var results: [FrameResult] = []
  private let failure: Int?
  private let seen: (Int) -> Void

  init(failingAt failure: Int? = nil, seen: @escaping (Int) -> Void = { _ in }) {
    (self.failure, self.seen) = (failure, seen)
  }

  func consume(_ frame: any Frame, _ result: FrameResult) throws {
    if frame.index == failure { throw ScriptedError(at: frame.index) }
    results.append(result)
    seen(frame.index)
  }
  func finish() {}
}

/// A clock that stands still until told.
final class FakeClock: Clock {
  private let ticks = Mutex(0.0)
  func now() -> Double { ticks.withLock { $0 } }
  func sleep(until time: Double) { ticks.withLock { $0 = max($0, time) } }
}
