import CFFmpeg

extension MediaInfo {
  /// What `reader`'s container says, and its first frame, upright, whose stored format was `format`.
  init(
    of frame: MediaFrame, stored format: AVPixelFormat, in reader: FrameReader, _ location: Location,
    _ options: InputOptions
  ) {
    let demuxer = reader.demuxer
    self.location = location.text
    container = String(cString: demuxer.context.pointee.iformat.pointee.name)
    streams = (0..<demuxer.streamCount).map(demuxer.streamInfo)
    video = reader.video
    (width, height, pixelAspect) = (frame.width, frame.height, frame.pixelAspect)
    pixelFormat = name(of: format)
    hasTimes = demuxer.context.pointee.iformat.pointee.flags & AVFMT_NOTIMESTAMPS == 0
    isLive = location.isLive
    isStill = demuxer.isStill(video)
    let rate = av_guess_frame_rate(demuxer.context, reader.stream, nil)
    frameRate = rate.num > 0 && rate.den > 0 && !isStill ? av_q2d(rate) : nil
    let whole = isStill ? nil : demuxer.duration(video)
    duration = whole.map { MediaInfo.part(of: $0, options) } ?? options.duration
    frames = isStill ? 1 : MediaInfo.estimate(reader.stream, whole, duration, frameRate)
  }

  private static func part(of whole: Double, _ options: InputOptions) -> Double {
    min(max(0, whole - options.start), options.duration ?? .infinity)
  }

  private static func estimate(
    _ stream: UnsafeMutablePointer<AVStream>, _ whole: Double?, _ part: Double?, _ rate: Double?
  ) -> Int? {
    let counted = Int(stream.pointee.nb_frames)
    if counted > 0, let whole, let part, whole > 0 { return Int(exactly: (Double(counted) * part / whole).rounded()) }
    if counted > 0 { return counted }
    guard let part, let rate else { return nil }
    return Int(exactly: (part * rate).rounded())
  }
}

extension Demuxer {
  /// Where the source's clock begins, seconds.
  var origin: Double {
    let start = context.pointee.start_time
    return start == FFNoTimestamp ? 0 : Double(start) / Double(AV_TIME_BASE)
  }

  /// One frame, not moving ones.
  func isStill(_ video: Int) -> Bool {
    let container = String(cString: context.pointee.iformat.pointee.name)
    let isImage = container == "image2" || container.hasSuffix("_pipe") || kind == .avif
    return isImage && location.frames == nil && stream(video).pointee.nb_frames <= 1
  }

  /// Length of the frames, seconds, as the container states or FFmpeg estimates.
  func duration(_ video: Int) -> Double? {
    let stream = stream(video).pointee
    if stream.duration > 0, stream.time_base.den > 0 { return Double(stream.duration) * av_q2d(stream.time_base) }
    return context.pointee.duration > 0 ? Double(context.pointee.duration) / Double(AV_TIME_BASE) : nil
  }

  /// Where the container states that its frames end, seconds; of the whole container when it says nothing of them
  /// (`whole`: all streams are read). Nil when it states nothing.
  func promisedEnd(_ video: Int, _ whole: Bool) -> Double? {
    guard context.pointee.duration_estimation_method != AVFMT_DURATION_FROM_BITRATE, !isStill(video) else { return nil }
    let stream = stream(video).pointee
    if stream.duration > 0, stream.start_time != FFNoTimestamp {
      return (Double(stream.start_time) + Double(stream.duration)) * av_q2d(stream.time_base)
    }
    guard context.pointee.duration > 0, whole || streamCount == 1 else { return nil }
    return origin + Double(context.pointee.duration) / Double(AV_TIME_BASE)
  }
}

extension Orientation {
  /// How `frame` has to be turned by its own display matrix, if it has one.
  init?(of avFrame: UnsafeMutablePointer<AVFrame>) {
    guard let own = av_frame_get_side_data(avFrame, AV_FRAME_DATA_DISPLAYMATRIX)?.pointee.data else { return nil }
    self.init(matrix: UnsafeRawPointer(own).assumingMemoryBound(to: Int32.self))
  }

  /// How the frames that `reader` gives have to be turned: by their stream's display matrix, else by their file.
  init(of reader: FrameReader) {
    if let bytes = FFSideDataOf(reader.stream, AV_PKT_DATA_DISPLAYMATRIX) {
      self.init(matrix: UnsafeRawPointer(bytes).assumingMemoryBound(to: Int32.self))
    } else if reader.demuxer.isStill(reader.video), !reader.demuxer.isUpright, let path = reader.demuxer.location.path {
      self = StoredOrientation.read(path, reader.stream.pointee.codecpar.pointee.codec_id) ?? .upright
    } else {
      self.init()
    }
  }
}
