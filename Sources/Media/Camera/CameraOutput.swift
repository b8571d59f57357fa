import CFFmpeg
import CV4L2
import Core
import Glibc

/// A video output, such as v4l2loopback's virtual camera, that gets every frame that it has room for.
///
/// A frame of another shape is fitted in, with black beside it. Used from one thread; a slow output never holds it up:
/// frames that find no free buffer are dropped and counted.
public final class CameraOutput: FrameSink {
  /// Its node.
  public let path: String
  /// The format that was agreed on.
  public let format: FourCC
  /// The size that was agreed on.
  public let size: CameraSize
  /// Frames handed to the driver.
  public private(set) var written = 0
  /// Frames that found no free buffer.
  public private(set) var dropped = 0

  private let device: V4L2Device
  private let writer: FrameWriter
  private let importer = FrameImporter()
  private var buffers: V4L2Buffers?
  private var fresh: [UInt32]
  private var isStreaming = false

  /// Opens the node at `path` for frames of `size`, about `rate` a second.
  /// - Throws: `CameraError`.
  public init(_ path: String, size: CameraSize, rate: Double?) throws {
    let device = try CameraOutput.device(path)
    let (code, raw, settled) = try OutputNegotiation(device).settle(size)
    (self.device, self.path, format) = (device, path, code)
    self.size = CameraSize(width: Int(settled.width), height: Int(settled.height))
    writer = FrameWriter(raw, CaptureShape(settled))
    OutputNegotiation(device).tell(rate)
    let buffers = try V4L2Buffers(device, V4L2_BUF_TYPE_VIDEO_OUTPUT, count: 4)
    fresh = buffers.memory.indices.reversed().map { UInt32($0) }
    self.buffers = buffers
  }

  /// - Throws: `CameraError` where the node at `path` takes no frames.
  public static func check(_ path: String) throws { _ = try device(path) }

  private static func device(_ path: String) throws -> V4L2Device {
    guard access(path, F_OK) == 0 else { throw CameraError.noOutput(path, known: nodes()) }
    let device = try V4L2Device(path)
    guard let capability = try? device.capability(), capability.outputs else { throw CameraError.notOutput(path) }
    return device
  }

  /// Nodes that take frames.
  static func nodes() -> [String] {
    Camera.nodes().filter { path in
      guard let device = try? V4L2Device(path), let capability = try? device.capability() else { return false }
      return capability.outputs
    }
  }

  public func consume(_ frame: any Frame, _ result: FrameResult) throws {
    guard let buffers else { return }
    guard let index = try freeBuffer(buffers) else { return dropped += 1 }
    let frame = importer.imported(frame)
    let bytes = try writer.write(frame.avFrame, aspect: frame.pixelAspect, to: buffers.memory[Int(index)])
    let status = buffers.give(index, bytes: bytes)
    if status != 0 { throw device.failure("queue", -status) }
    if !isStreaming { try buffers.start() }
    isStreaming = true
    written += 1
  }

  /// Stops the output.
  public func finish() { buffers = nil }

  private func freeBuffer(_ buffers: V4L2Buffers) throws(CameraError) -> UInt32? {
    if let index = fresh.popLast() { return index }
    var buffer = v4l2_buffer()
    switch buffers.take(&buffer) {
    case 0: return buffer.index
    case -EAGAIN: return nil
    case let status: throw device.failure("dequeue", -status)
    }
  }
}

/// Settles a format with an output.
private struct OutputNegotiation {
  let device: V4L2Device

  init(_ device: V4L2Device) { self.device = device }

  /// What most readers of virtual cameras take, first.
  private static let preferred = [
    "YUYV", "NV12", "YU12", "UYVY", "422P", "RGB3", "BGR3", "XR24", "BGR4", "RGB4", "GREY",
  ].map { FourCC($0)! }

  /// The first format that the output takes and libswscale writes.
  func settle(_ size: CameraSize) throws(CameraError) -> (FourCC, AVPixelFormat, v4l2_pix_format) {
    let offered = device.formats(V4L2_BUF_TYPE_VIDEO_OUTPUT).map(\.code)
    let wanted = OutputNegotiation.preferred.filter { offered.isEmpty || offered.contains($0) }
    for code in wanted {
      var settled = v4l2_pix_format()
      guard try agree(code, size, &settled) else { continue }
      let agreed = FourCC(rawValue: settled.pixelformat)
      if let raw = writable(agreed) { return (agreed, raw, settled) }
    }
    throw .noWritableFormat(device.path, offered: offered)
  }

  /// Tells the driver the rate, which it may need for its readers.
  func tell(_ rate: Double?) {
    guard let rate else { return }
    let interval = FrameInterval(rate: rate)
    var parameters = v4l2_streamparm()
    parameters.type = V4L2_BUF_TYPE_VIDEO_OUTPUT.rawValue
    parameters.parm.output.timeperframe = v4l2_fract(
      numerator: UInt32(interval.numerator), denominator: UInt32(interval.denominator))
    _ = device.call(V4LSetParameters, &parameters)
  }

  private func writable(_ code: FourCC) -> AVPixelFormat? {
    guard case .raw(let format, swapsChroma: false) = CameraPixelFormat.named(code)?.reader else { return nil }
    return sws_isSupportedOutput(format) != 0 ? format : nil
  }

  private func agree(
    _ code: FourCC, _ size: CameraSize, _ settled: inout v4l2_pix_format
  ) throws(CameraError) -> Bool {
    settled.width = UInt32(size.width)
    settled.height = UInt32(size.height)
    settled.pixelformat = code.rawValue
    settled.field = V4L2_FIELD_NONE.rawValue
    settled.colorspace = V4L2_COLORSPACE_SRGB.rawValue
    return try device.settle(&settled, V4L2_BUF_TYPE_VIDEO_OUTPUT)
  }
}

/// Writes frames into an output's buffers.
private final class FrameWriter {
  private let format: AVPixelFormat
  private let shape: CaptureShape
  private let isYUV: Bool
  private let scaler = Scaler()
  private let view: UnsafeMutablePointer<AVFrame> = av_frame_alloc()
  private let spare: UnsafeMutablePointer<AVFrame> = av_frame_alloc()

  init(_ format: AVPixelFormat, _ shape: CaptureShape) {
    (self.format, self.shape) = (format, shape)
    isYUV = av_pix_fmt_desc_get(format)!.pointee.nb_components >= 3 && !format.isRGB
  }

  deinit {
    freeFrame(view)
    freeFrame(spare)
  }

  /// Fits `frame`, whose pixels are `aspect` times as wide as high, into the buffer; returns the bytes that it has.
  func write(
    _ avFrame: UnsafeMutablePointer<AVFrame>, aspect: Double, to memory: UnsafeMutableRawBufferPointer
  ) throws -> Int {
    let bytes = view.lay(over: memory.baseAddress!, format, shape.width, shape.height, shape.bytesPerLine)
    guard bytes > 0, bytes <= memory.count else {
      throw MediaError.encoder(name(of: format), detail: "buffer too small")
    }
    let place = fit(Double(avFrame.pointee.width) * aspect, Double(avFrame.pointee.height))
    if place.width < shape.width || place.height < shape.height { blacken() }
    av_frame_unref(spare)
    let range = isYUV ? shape.range : AVCOL_RANGE_JPEG
    let target = Scaler.Target(
      format: format, width: place.width, height: place.height, space: isYUV ? shape.space : AVCOL_SPC_RGB, range: range
    )
    try scaler.convert(avFrame, to: target, spare)
    copy(to: place)
    return bytes
  }

  /// The largest place of that shape in the middle, on even pixels so that chroma fits.
  private func fit(_ width: Double, _ height: Double) -> PixelRect {
    let scale = min(Double(shape.width) / width, Double(shape.height) / height)
    let wide = even(width * scale, shape.width)
    let high = even(height * scale, shape.height)
    return PixelRect(x: (shape.width - wide) / 4 * 2, y: (shape.height - high) / 4 * 2, width: wide, height: high)
  }

  private func even(_ length: Double, _ whole: Int) -> Int {
    Double(whole) - length < 1.5 ? whole : max(2, Int(length) & ~1)
  }

  private func blacken() {
    var lines = (0, 0, 0, 0)
    withUnsafeMutableBytes(of: &lines) { bytes in
      let lines = bytes.bindMemory(to: Int.self)
      for plane in 0..<4 { lines[plane] = Int(frameLines(view)[plane]) }
      let range = isYUV ? shape.range : AVCOL_RANGE_JPEG
      av_image_fill_black(framePlanes(view), lines.baseAddress, format, range, Int32(shape.width), Int32(shape.height))
    }
  }

  private func copy(to place: PixelRect) {
    let descriptor = av_pix_fmt_desc_get(format)!.pointee
    let (planes, lines) = (framePlanes(view), frameLines(view))
    let steps = [descriptor.comp.0.step, descriptor.comp.1.step, descriptor.comp.2.step].map(Int.init)
    for plane in 0..<3 where planes[plane] != nil {
      let (shiftX, shiftY) = plane == 0 ? (0, 0) : (Int(descriptor.log2_chroma_w), Int(descriptor.log2_chroma_h))
      planes[plane]! += (place.y >> shiftY) * Int(lines[plane]) + (place.x >> shiftX) * steps[plane]
    }
    let source = UnsafeMutableRawPointer(framePlanes(spare)).assumingMemoryBound(to: UnsafePointer<UInt8>?.self)
    av_image_copy(planes, lines, source, frameLines(spare), format, Int32(place.width), Int32(place.height))
  }
}

extension AVPixelFormat {
  /// Red, green and blue rather than luma and chroma.
  fileprivate var isRGB: Bool { av_pix_fmt_desc_get(self)!.pointee.has(AV_PIX_FMT_FLAG_RGB) }
}
