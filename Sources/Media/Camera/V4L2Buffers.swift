import CV4L2
import Glibc

/// Buffers that driver and program share, mapped into memory. Used from one thread.
final class V4L2Buffers {
  /// Their memory, by the driver's numbers.
  private(set) var memory: [UnsafeMutableRawBufferPointer] = []
  private let device: V4L2Device
  private let queue: v4l2_buf_type

  /// Asks the driver for `count` buffers and maps those that it gives.
  init(_ device: V4L2Device, _ queue: v4l2_buf_type, count: Int) throws(CameraError) {
    (self.device, self.queue) = (device, queue)
    var request = self.request(count)
    try device.demand(V4LRequestBuffers, &request, "buffers")
    for index in 0..<request.count { memory.append(try map(index)) }
  }

  /// Stops the stream, if one runs, and gives all back.
  deinit {
    var type = queue.rawValue
    _ = device.call(V4LStreamOff, &type)
    for area in memory { munmap(area.baseAddress, area.count) }
    var request = request(0)
    _ = device.call(V4LRequestBuffers, &request)
  }

  /// Lets the stream run.
  func start() throws(CameraError) {
    var type = queue.rawValue
    try device.demand(V4LStreamOn, &type, "start")
  }

  /// Gives buffer `index` to the driver, for an output with `bytes` in it; 0 or the negative error number.
  func give(_ index: UInt32, bytes: Int = 0) -> Int32 {
    var buffer = blank(index)
    buffer.bytesused = UInt32(bytes)
    buffer.field = V4L2_FIELD_NONE.rawValue
    return device.call(V4LQueueBuffer, &buffer)
  }

  /// Takes the next finished buffer from the driver into `buffer`; 0 or the negative error number.
  func take(_ buffer: inout v4l2_buffer) -> Int32 {
    buffer = blank(0)
    return device.call(V4LDequeueBuffer, &buffer)
  }

  private func map(_ index: UInt32) throws(CameraError) -> UnsafeMutableRawBufferPointer {
    var buffer = blank(index)
    try device.demand(V4LQueryBuffer, &buffer, "buffers")
    let length = Int(buffer.length)
    let area = mmap(nil, length, PROT_READ | PROT_WRITE, MAP_SHARED, device.descriptor, Int(buffer.m.offset))
    guard let area, area != MAP_FAILED else { throw device.failure("buffers", errno) }
    return UnsafeMutableRawBufferPointer(start: area, count: length)
  }

  private func blank(_ index: UInt32) -> v4l2_buffer {
    var buffer = v4l2_buffer()
    (buffer.index, buffer.type, buffer.memory) = (index, queue.rawValue, V4L2_MEMORY_MMAP.rawValue)
    return buffer
  }

  private func request(_ count: Int) -> v4l2_requestbuffers {
    var request = v4l2_requestbuffers()
    (request.count, request.type, request.memory) = (UInt32(count), queue.rawValue, V4L2_MEMORY_MMAP.rawValue)
    return request
  }
}
