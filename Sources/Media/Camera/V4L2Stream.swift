import CV4L2
import Glibc

/// A camera's stream through mapped buffers. The frame leaves its buffer at once, so the driver has them all but one.
final class V4L2Stream: CaptureStream {
  let description: CameraDescription
  private static let buffers = 4

  private let device: V4L2Device
  private let unpacker: FrameUnpacker
  private let waker: Waker
  private var buffers: V4L2Buffers?
  private var buffer = v4l2_buffer()
  /// A buffer could not be given back.
  private var lostBuffer = false

  init(_ device: V4L2Device, _ description: CameraDescription, _ unpacker: FrameUnpacker, _ waker: Waker) {
    (self.device, self.description, self.unpacker, self.waker) = (device, description, unpacker, waker)
  }

  func start() throws(CameraError) {
    buffers = nil
    lostBuffer = false
    let fresh = try V4L2Buffers(device, V4L2_BUF_TYPE_VIDEO_CAPTURE, count: V4L2Stream.buffers)
    for index in fresh.memory.indices {
      let status = fresh.give(UInt32(index))
      if status != 0 { throw device.failure("queue", -status) }
    }
    try fresh.start()
    buffers = fresh
  }

  func read(into frame: MediaFrame, waiting seconds: Double) throws -> CaptureEvent {
    guard let buffers, !lostBuffer else { return .broken }
    switch waker.wait(for: device.descriptor, POLLIN, seconds) {
    case .woken: return .woken
    case .late: return .nothing
    case .troubled: return try take(from: buffers, into: frame, else: .broken)
    case .ready: return try take(from: buffers, into: frame, else: .nothing)
    }
  }

  private func take(
    from buffers: V4L2Buffers, into frame: MediaFrame, else empty: CaptureEvent
  ) throws -> CaptureEvent {
    switch buffers.take(&buffer) {
    case 0: return try unpack(buffers, into: frame)
    case -EAGAIN: return empty
    case -ENODEV: return .gone
    default: return .broken
    }
  }

  private func unpack(_ buffers: V4L2Buffers, into frame: MediaFrame) throws -> CaptureEvent {
    defer { giveBack(to: buffers) }
    let stamp = CaptureStamp(sequence: buffer.sequence, time: buffer.monotonicTime)
    guard buffer.flags & UInt32(V4L2_BUF_FLAG_ERROR) == 0, Int(buffer.index) < buffers.memory.count else {
      return .damaged(stamp)
    }
    let memory = buffers.memory[Int(buffer.index)]
    let filled = UnsafeMutableRawBufferPointer(rebasing: memory.prefix(Int(buffer.bytesused)))
    let isWhole = try unpacker.unpack(filled, field: v4l2_field(buffer.field), into: frame.avFrame)
    return isWhole ? .avFrame(stamp) : .damaged(stamp)
  }

  /// A refusal may be a passing one.
  private func giveBack(to buffers: V4L2Buffers) {
    if buffers.give(buffer.index) == 0 { return }
    lostBuffer = buffers.give(buffer.index) != 0
  }
}

extension v4l2_buffer {
  /// Seconds of the monotonic clock, if the driver uses that.
  fileprivate var monotonicTime: Double? {
    guard flags & UInt32(V4L2_BUF_FLAG_TIMESTAMP_MASK) == UInt32(V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC) else { return nil }
    return Double(timestamp.tv_sec) + Double(timestamp.tv_usec) * 1e-6
  }
}
