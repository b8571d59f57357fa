import CFFmpeg
import CV4L2
import Glibc

/// Makes planes of a driver's bytes, in memory of a pool: the one time that a camera's frame is converted or copied.
/// Used from one thread.
final class FrameUnpacker {
  private let reader: any FrameReading

  /// For frames of `format` as the driver settled it.
  init(_ format: CameraPixelFormat, _ settled: v4l2_pix_format, _ device: V4L2Device) throws(CameraError) {
    let shape = CaptureShape(settled)
    switch format.reader {
    case .raw(let raw, let swapsChroma): reader = RawReading(raw, swapsChroma: swapsChroma, shape)
    case .coded(let codec):
      guard let coded = CodedReading(codec, shape) else { throw .formatNotRead(device.path, format.code) }
      reader = coded
    case .libv4l(let conversion):
      guard let converted = ConvertedReading(settled, conversion, device) else {
        throw .formatNotRead(device.path, format.code)
      }
      reader = converted
    }
  }

  /// Makes the empty `frame` hold what is in `bytes`; false when that is damaged or cut off.
  func unpack(
    _ bytes: UnsafeMutableRawBufferPointer, field: v4l2_field, into avFrame: UnsafeMutablePointer<AVFrame>
  ) throws -> Bool {
    guard bytes.count > 0, try reader.read(bytes, into: avFrame) else { return false }
    if holdsBothFields(field) {
      FFFrameSetFields(avFrame, 1, field == V4L2_FIELD_INTERLACED_BT ? 0 : 1)
    }
    return true
  }

  /// Both fields of a frame lie in the buffer, row by row.
  private func holdsBothFields(_ field: v4l2_field) -> Bool {
    field == V4L2_FIELD_INTERLACED || field == V4L2_FIELD_INTERLACED_TB || field == V4L2_FIELD_INTERLACED_BT
  }
}

/// What a format's own reader does.
private protocol FrameReading: AnyObject {
  func read(_ bytes: UnsafeMutableRawBufferPointer, into avFrame: UnsafeMutablePointer<AVFrame>) throws -> Bool
}

/// Size, rows and colours as the driver settled them.
struct CaptureShape {
  let width: Int
  let height: Int
  /// Bytes from row to row of the first plane; 0 where the driver does not tell.
  let bytesPerLine: Int
  let space: AVColorSpace
  /// The range of Y'CbCr.
  let range: AVColorRange

  init(_ settled: v4l2_pix_format) {
    (width, height) = (Int(settled.width), Int(settled.height))
    bytesPerLine = Int(settled.bytesperline)
    let isFull = withUnsafePointer(to: settled) { V4LQuantization($0, 0) } == V4L2_QUANTIZATION_FULL_RANGE.rawValue
    range = isFull ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG
    space = CaptureShape.space(withUnsafePointer(to: settled) { V4LEncoding($0) })
  }

  private static func space(_ encoding: UInt32) -> AVColorSpace {
    switch v4l2_ycbcr_encoding(encoding) {
    case V4L2_YCBCR_ENC_709, V4L2_YCBCR_ENC_XV709: AVCOL_SPC_BT709
    case V4L2_YCBCR_ENC_BT2020: AVCOL_SPC_BT2020_NCL
    case V4L2_YCBCR_ENC_BT2020_CONST_LUM: AVCOL_SPC_BT2020_CL
    case V4L2_YCBCR_ENC_SMPTE240M: AVCOL_SPC_SMPTE240M
    default: AVCOL_SPC_SMPTE170M
    }
  }
}

/// Formats that libswscale knows.
private final class RawReading: FrameReading {
  private let format: AVPixelFormat
  private let swapsChroma: Bool
  private let shape: CaptureShape
  private let target: Scaler.Target
  private let scaler = Scaler()
  private let view: UnsafeMutablePointer<AVFrame> = av_frame_alloc()

  init(_ format: AVPixelFormat, swapsChroma: Bool, _ shape: CaptureShape) {
    (self.format, self.swapsChroma, self.shape) = (format, swapsChroma, shape)
    let working = PixelLayout.working(forCamera: format)
    let isYUV = working.model == .yuv
    let isGrey = av_pix_fmt_desc_get(format)!.pointee.nb_components <= 2
    let range = isGrey || !isYUV ? AVCOL_RANGE_JPEG : shape.range
    target = Scaler.Target(
      format: working.format, width: shape.width, height: shape.height, space: isYUV ? shape.space : AVCOL_SPC_RGB,
      range: range)
    view.pointee.color_range = range
    view.pointee.colorspace = target.space
  }

  deinit { freeFrame(view) }

  func read(_ bytes: UnsafeMutableRawBufferPointer, into avFrame: UnsafeMutablePointer<AVFrame>) throws -> Bool {
    let needed = view.lay(over: bytes.baseAddress!, format, shape.width, shape.height, shape.bytesPerLine)
    guard needed > 0, needed <= bytes.count else { return false }
    try scaler.convert(view, to: target, avFrame)
    if swapsChroma {
      let planes = framePlanes(avFrame)
      swap(&planes[1], &planes[2])
    }
    return true
  }
}

/// Formats that libavcodec decodes.
private final class CodedReading: FrameReading {
  private let decoder: VideoDecoder
  private let packet: UnsafeMutablePointer<AVPacket> = av_packet_alloc()

  init?(_ codec: AVCodecID, _ shape: CaptureShape) {
    guard let decoder = VideoDecoder(live: codec, width: shape.width, height: shape.height) else { return nil }
    self.decoder = decoder
  }

  deinit { freePacket(packet) }

  /// A coded frame may also give none yet: that is as good as a damaged one.
  func read(_ bytes: UnsafeMutableRawBufferPointer, into avFrame: UnsafeMutablePointer<AVFrame>) throws -> Bool {
    let before = decoder.corrupt
    packet.pointee.data = bytes.baseAddress!.assumingMemoryBound(to: UInt8.self)
    packet.pointee.size = Int32(bytes.count)
    decoder.send(packet)
    (packet.pointee.data, packet.pointee.size) = (nil, 0)
    guard case .avFrame = decoder.receive(into: avFrame) else { return false }
    return decoder.corrupt == before
  }
}

/// Formats that libv4l's converters know.
private final class ConvertedReading: FrameReading {
  private let converter: OpaquePointer
  private let device: V4L2Device
  private var source = v4l2_format()
  private var result = v4l2_format()
  private let memory: UnsafeMutableRawBufferPointer
  private let reading: RawReading

  init?(_ settled: v4l2_pix_format, _ conversion: CameraPixelFormat.Conversion, _ device: V4L2Device) {
    guard let converter = v4lconvert_create(device.descriptor) else { return nil }
    (self.converter, self.device) = (converter, device)
    (source.type, result.type) = (V4L2_BUF_TYPE_VIDEO_CAPTURE.rawValue, V4L2_BUF_TYPE_VIDEO_CAPTURE.rawValue)
    source.fmt.pix = settled
    result.fmt.pix = ConvertedReading.wanted(conversion, of: settled)
    memory = .allocate(byteCount: 4 * Int(settled.width) * Int(settled.height), alignment: 64)
    let format = conversion == .planar ? AV_PIX_FMT_YUV420P : AV_PIX_FMT_RGB24
    reading = RawReading(format, swapsChroma: false, CaptureShape(result.fmt.pix))
  }

  /// The format that a conversion gives, rows without gaps.
  private static func wanted(
    _ conversion: CameraPixelFormat.Conversion, of settled: v4l2_pix_format
  ) -> v4l2_pix_format {
    let (width, height) = (settled.width, settled.height)
    var wanted = settled
    wanted.pixelformat = FourCC(conversion == .planar ? "YU12" : "RGB3")!.rawValue
    wanted.bytesperline = conversion == .planar ? width : 3 * width
    wanted.sizeimage = conversion == .planar ? width * height + 2 * (width / 2) * (height / 2) : 3 * width * height
    return wanted
  }

  deinit {
    v4lconvert_destroy(converter)
    memory.deallocate()
  }

  func read(_ bytes: UnsafeMutableRawBufferPointer, into avFrame: UnsafeMutablePointer<AVFrame>) throws -> Bool {
    let from = bytes.baseAddress!.assumingMemoryBound(to: UInt8.self)
    let to = memory.baseAddress!.assumingMemoryBound(to: UInt8.self)
    let written = v4lconvert_convert(
      converter, &source, &result, from, Int32(bytes.count), to, Int32(result.fmt.pix.sizeimage))
    guard written > 0 else { return false }
    return try reading.read(memory, into: avFrame)
  }
}

extension UnsafeMutablePointer where Pointee == AVFrame {
  /// Makes the frame a view of `base`, planes behind one another as V4L2 lays them: `bytesPerLine` is that of the first
  /// plane, the others' follow from it (0: rows without gaps). Returns the bytes that a frame has, 0 for none.
  func lay(
    over base: UnsafeMutableRawPointer, _ format: AVPixelFormat, _ width: Int, _ height: Int, _ bytesPerLine: Int
  ) -> Int {
    (pointee.format, pointee.width, pointee.height) = (format.rawValue, Int32(width), Int32(height))
    let lines = frameLines(self)
    av_image_fill_linesizes(lines, format, Int32(width))
    if bytesPerLine > Int(lines[0]), let descriptor = av_pix_fmt_desc_get(format)?.pointee {
      lines[0] = Int32(bytesPerLine)
      let steps = [descriptor.comp.0.step, descriptor.comp.1.step, descriptor.comp.2.step]
      for plane in 1..<3 where lines[plane] > 0 {
        lines[plane] = (lines[0] / steps[0] * steps[plane]) >> Int32(descriptor.log2_chroma_w)
      }
    }
    pointee.extended_data = framePlanes(self)
    let data = base.assumingMemoryBound(to: UInt8.self)
    return Int(max(0, av_image_fill_pointers(framePlanes(self), format, Int32(height), data, lines)))
  }
}

extension PixelLayout {
  /// What Mien makes of a camera's `format`: 8 bits a sample, chroma as it comes.
  static func working(forCamera format: AVPixelFormat) -> PixelLayout {
    if let layout = PixelLayout(format), layout.depth == 8, !layout.hasAlpha { return layout }
    let descriptor = av_pix_fmt_desc_get(format)!.pointee
    if descriptor.nb_components <= 2 {
      return PixelLayout(AV_PIX_FMT_YUV420P)!
    }
    if descriptor.has(AV_PIX_FMT_FLAG_RGB) || descriptor.has(AV_PIX_FMT_FLAG_PAL) {
      return PixelLayout(AV_PIX_FMT_GBRP)!
    }
    switch (descriptor.log2_chroma_w, descriptor.log2_chroma_h) {
    case (0, _): return PixelLayout(AV_PIX_FMT_YUV444P)!
    case (1, 0): return PixelLayout(AV_PIX_FMT_YUV422P)!
    default: return PixelLayout(AV_PIX_FMT_YUV420P)!
    }
  }
}
