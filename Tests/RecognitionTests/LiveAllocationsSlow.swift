import CAllocations
import Synchronization
import Testing

@testable import Core
@testable import Recognition

/// A camera without allocations of its own: two frames, over and over.
private final class FrugalCamera: FrameSource {
  private final class Reused: Frame, @unchecked Sendable {
    var index = 0
    var time = 0.0
    private let frame = PlainFrame(index: 0, time: 0, width: 640, height: 480, grey: 60, texture: 120)
    var width: Int { frame.width }
    var height: Int { frame.height }
    var pixelAspect: Double { 1 }
    var luma: LumaPlane { frame.luma }
    func read(_ region: PixelRect) -> Patch { frame.read(region) }
    func blend(_ patch: Patch) {}
  }

  private var frames = (0..<8).map { _ in Reused() }
  private let limit: Int
  private var given = 0

  init(frames limit: Int) { self.limit = limit }

  func next() -> (any Frame)? {
    guard given < limit else { return nil }
    for place in frames.indices where isKnownUniquelyReferenced(&frames[place]) {
      (frames[place].index, frames[place].time) = (given, Double(given) / 30)
      given += 1
      return frames[place]
    }
    preconditionFailure("frames are given back")
  }
}

/// Counts from one frame to another, whatever thread allocates: so the suite runs alone (`make test-live`).
private final class CountingViewer: LiveViewer {
  private(set) var allocations = 0
  private var shown = 0
  private let (begin, end): (Int, Int)

  init(from begin: Int, to end: Int) { (self.begin, self.end) = (begin, end) }

  func attend() -> Bool { true }

  func show(_ frame: any Frame, _ result: FrameResult) {
    shown += 1
    if shown == begin { mien_count_all_allocations() }
    if shown == end { allocations = mien_counted_all_allocations() }
  }
}

@Suite(.enabled(if: mien_can_count_allocations() == 1, "skipped: a sanitizer has an allocator of its own"))
struct LiveAllocationsSlow {
  private func allocationsAFrame(faces: Int) throws -> Double {
    let viewer = CountingViewer(from: 100, to: 300)
    _ = try livePipeline(.lossless, detector: SteadyDetector(faces: faces)).run(
      from: FrugalCamera(frames: 400), into: viewer)
    return Double(viewer.allocations) / 200
  }

  /// Of all threads together. The way of a frame without faces is nearly free of them; what a face costs is bounded.
  @Test func allocationsAFrameAreFew() throws {
    let (none, one, three) = (
      try allocationsAFrame(faces: 0), try allocationsAFrame(faces: 1), try allocationsAFrame(faces: 3)
    )
    print("allocations a frame: \(none) without a face, \(one) with one, \(three) with three")
    #expect(none < 10)
    #expect((three - one) / 2 < 20)
  }
}
