import CFFmpeg

/// Fits frames of another shape into that of the first one: as large as they go, in the middle, with black bars, never
/// stretched.
final class FrameFitter {
  /// Size and pixels of a frame.
  struct Shape: Hashable {
    var width: Int
    var height: Int
    /// Width of a pixel by its height.
    var pixelAspect: Double

    /// Of an upright frame.
    init(_ avFrame: UnsafeMutablePointer<AVFrame>) {
      (width, height) = (Int(avFrame.pointee.width), Int(avFrame.pointee.height))
      pixelAspect = avFrame.pixelAspect
    }

    /// Pixels that differ by less than anybody sees are the same.
    func isLike(_ other: Shape) -> Bool {
      width == other.width && height == other.height && abs(pixelAspect / other.pixelAspect - 1) < 0.005
    }
  }

  /// How often the shape changed.
  private(set) var changes = 0
  private var first: Shape?
  private var last: Shape?
  private var aspect = AVRational(num: 0, den: 1)
  private let scaler = Scaler()
  private var pool: FrameMemoryPool?
  private let scaled: UnsafeMutablePointer<AVFrame> = av_frame_alloc()
  private let canvas: UnsafeMutablePointer<AVFrame> = av_frame_alloc()

  deinit {
    freeFrame(scaled)
    freeFrame(canvas)
  }

  /// Gives `frame`, upright, opaque and in `layout`, the first one's shape.
  func fit(_ avFrame: UnsafeMutablePointer<AVFrame>, _ layout: PixelLayout) throws {
    let shape = Shape(avFrame)
    defer { last = shape }
    guard let first else {
      (first, aspect) = (shape, avFrame.pointee.sample_aspect_ratio)
      return
    }
    if let last, !last.isLike(shape) { changes += 1 }
    guard !shape.isLike(first) else { return }
    let (width, height) = FrameFitter.inside(shape, first, layout)
    let target = Scaler.Target(
      format: layout.format, width: width, height: height, space: avFrame.pointee.colorspace,
      range: avFrame.isFullRange ? AVCOL_RANGE_JPEG : avFrame.pointee.color_range)
    try scaler.convert(avFrame, to: target, scaled)
    center(avFrame, first, layout)
  }

  /// How large a frame of `shape` is within one of `frame`: whole chroma samples.
  private static func inside(_ shape: Shape, _ frame: Shape, _ layout: PixelLayout) -> (width: Int, height: Int) {
    let wide = Double(shape.width) * shape.pixelAspect / frame.pixelAspect
    let scale = min(Double(frame.width) / wide, Double(frame.height) / Double(shape.height))
    func whole(_ size: Double, _ limit: Int, _ shift: Int) -> Int {
      let step = 1 << shift
      let rounded = Int(min(size, Double(limit)).rounded())
      return rounded == limit ? limit : max(rounded / step * step, min(step, limit))
    }
    return (
      whole(wide * scale, frame.width, layout.chromaShiftX),
      whole(Double(shape.height) * scale, frame.height, layout.chromaShiftY)
    )
  }

  private func center(_ avFrame: UnsafeMutablePointer<AVFrame>, _ frame: Shape, _ layout: PixelLayout) {
    if pool?.gives(layout.format, frame.width, frame.height) != true {
      pool = FrameMemoryPool(format: layout.format, width: frame.width, height: frame.height)
    }
    pool!.fill(canvas)
    copyProperties(from: scaled, to: canvas)
    canvas.pointee.sample_aspect_ratio = aspect
    blacken(layout)
    for plane in 0..<layout.planes {
      if layout.sampleBytes == 1 { paste(UInt8.self, plane, layout) } else { paste(UInt16.self, plane, layout) }
    }
    av_frame_unref(scaled)
    av_frame_unref(avFrame)
    av_frame_move_ref(avFrame, canvas)
  }

  private func blacken(_ layout: PixelLayout) {
    let lines = UnsafeBufferPointer(start: frameLines(canvas), count: 4).map { Int($0) }
    av_image_fill_black(
      framePlanes(canvas), lines, layout.format, canvas.pointee.color_range, canvas.pointee.width,
      canvas.pointee.height)
  }

  private func paste<Sample: FixedWidthInteger & UnsignedInteger>(
    _: Sample.Type, _ index: Int, _ layout: PixelLayout
  ) {
    let (source, target) = (Plane<Sample>(scaled, index, layout), Plane<Sample>(canvas, index, layout))
    let (left, top) = (offset(\.width, layout.chromaShiftX), offset(\.height, layout.chromaShiftY))
    let (x, y) = (layout.columns(index, of: left), layout.rows(index, of: top))
    for row in 0..<source.rows {
      (target.row(y + row) + x).update(from: source.row(row), count: min(source.columns, target.columns - x))
    }
  }

  /// Half of what is left, in whole chroma samples.
  private func offset(_ side: KeyPath<AVFrame, Int32>, _ shift: Int) -> Int {
    (Int(canvas.pointee[keyPath: side] - scaled.pointee[keyPath: side]) / (2 << shift)) << shift
  }
}

extension UnsafeMutablePointer where Pointee == AVFrame {
  /// Width of a pixel by its height; 1 where nothing is said.
  var pixelAspect: Double {
    let aspect = pointee.sample_aspect_ratio
    return aspect.num > 0 && aspect.den > 0 ? av_q2d(aspect) : 1
  }

  /// Forgets pixels that are more than twenty times as long as wide: no lens and no screen has such. Gives the odd ratio.
  func dropOddPixels() -> AVRational? {
    let aspect = pointee.sample_aspect_ratio
    guard !(0.05...20).contains(pixelAspect) else { return nil }
    pointee.sample_aspect_ratio = AVRational(num: 0, den: 1)
    return aspect
  }
}
