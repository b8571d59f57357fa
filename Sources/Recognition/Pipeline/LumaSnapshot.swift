import Core

/// A copy of a frame's luma for the analysis, so that the frame itself can go on to whoever shows it.
///
/// `@unchecked Sendable`: written by the thread that takes it from the pool, then only read.
final class LumaSnapshot: @unchecked Sendable {
  private(set) var index = 0
  private(set) var time = 0.0
  private(set) var pixelAspect = 1.0
  private(set) var part = 0
  /// When the frame came, by the pipeline's clock.
  private(set) var arrival = 0.0
  private var (width, height) = (0, 0)
  private var memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 0)

  deinit { memory.deallocate() }

  /// The copy, good while the snapshot lives.
  var luma: LumaPlane { LumaPlane(base: memory.baseAddress!, width: width, height: height, stride: width) }

  func copy(_ frame: any Frame, arrival: Double) {
    (index, time, pixelAspect, self.arrival) = (frame.index, frame.time, frame.pixelAspect, arrival)
    part = frame.part
    let luma = frame.luma
    (width, height) = (luma.width, luma.height)
    reserve(width * height)
    for row in 0..<height {
      (memory.baseAddress! + row * width).update(from: luma.base + row * luma.stride, count: width)
    }
  }

  private func reserve(_ bytes: Int) {
    guard memory.count < bytes else { return }
    memory.deallocate()
    memory = .allocate(capacity: bytes)
  }
}

/// Snapshots that are taken again once nobody else holds them. Used from one thread; they may be let go on any.
struct SnapshotPool {
  private var snapshots: [LumaSnapshot] = []

  mutating func take() -> LumaSnapshot {
    for index in snapshots.indices where isFree(&snapshots[index]) { return snapshots[index] }
    snapshots.append(LumaSnapshot())
    return snapshots[snapshots.count - 1]
  }
}
