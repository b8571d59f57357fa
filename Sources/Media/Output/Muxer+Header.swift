import CFFmpeg

/// What a container says of the whole recording.
extension Muxer {
  /// Takes over metadata and chapters, without metadata the chapters' times alone; gives muxer options that they ask for.
  func copyHeader(of input: MediaInput, withMetadata: Bool) -> [String: String] {
    let source = input.reader.demuxer.context
    guard withMetadata else {
      dropMetadata()
      copyChapters(source, input.range)
      for index in 0..<Int(context.pointee.nb_chapters) {
        av_dict_free(&context.pointee.chapters[index]!.pointee.metadata)
      }
      return [:]
    }
    av_dict_copy(&context.pointee.metadata, source.pointee.metadata, 0)
    for key in StaleKeys.ofFile { av_dict_set(&context.pointee.metadata, key, nil, 0) }
    copyChapters(source, input.range)
    let isFree = name == "mp4" || name == "mov"
    return isFree && hasUnusualKeys ? ["movflags": "+use_metadata_tags"] : [:]
  }

  /// All that streams say of themselves but their language.
  private func dropMetadata() {
    for index in 0..<Int(context.pointee.nb_streams) {
      let stream = context.pointee.streams[index]!
      var kept: OpaquePointer?
      if let language = av_dict_get(stream.pointee.metadata, "language", nil, 0) {
        av_dict_set(&kept, "language", language.pointee.value, 0)
      }
      av_dict_free(&stream.pointee.metadata)
      stream.pointee.metadata = kept
    }
  }

  /// MP4 has places for these; others need its free form.
  private var hasUnusualKeys: Bool {
    let usual: Set<String> = [
      "title", "artist", "album_artist", "composer", "album", "date", "comment", "genre", "copyright", "grouping",
      "lyrics", "description", "synopsis", "show", "episode_id", "network", "keywords", "season_number",
      "episode_sort", "media_type", "hd_video", "gapless_playback", "compilation", "track", "disc", "creation_time",
      "location", "timecode",
    ]
    var entry: UnsafeMutablePointer<AVDictionaryEntry>?
    while let next = av_dict_get(context.pointee.metadata, "", entry, AV_DICT_IGNORE_SUFFIX) {
      if !usual.contains(String(cString: next.pointee.key)) { return true }
      entry = next
    }
    return false
  }

  private func copyChapters(_ source: UnsafeMutablePointer<AVFormatContext>, _ range: TimeRange) {
    let found = (0..<Int(source.pointee.nb_chapters)).compactMap { copy(source.pointee.chapters[$0]!, range) }
    guard !found.isEmpty,
      let list = av_calloc(found.count, MemoryLayout<UnsafeMutablePointer<AVChapter>?>.stride)
    else { return }
    let chapters = list.assumingMemoryBound(to: UnsafeMutablePointer<AVChapter>?.self)
    for (index, chapter) in found.enumerated() { chapters[index] = chapter }
    context.pointee.chapters = chapters
    context.pointee.nb_chapters = UInt32(found.count)
  }

  /// The part of a chapter that lies in the range.
  private func copy(_ source: UnsafeMutablePointer<AVChapter>, _ range: TimeRange) -> UnsafeMutablePointer<AVChapter>? {
    let base = source.pointee.time_base
    guard base.num > 0, base.den > 0, source.pointee.start.magnitude < 1 << 61, source.pointee.end.magnitude < 1 << 61
    else { return nil }
    func ticks(_ seconds: Double) -> Int64 { Int64(max(min((seconds / av_q2d(base)).rounded(), 0x1p61), -0x1p61)) }
    let shift = ticks(range.shift)
    let start = range.begin.isFinite ? max(source.pointee.start - shift, 0) : source.pointee.start
    let end = (range.end.isFinite ? min(source.pointee.end, ticks(range.end)) : source.pointee.end) - shift
    guard end - start >= max(ticks(0.001), 1), let memory = av_mallocz(MemoryLayout<AVChapter>.size) else { return nil }
    let chapter = memory.assumingMemoryBound(to: AVChapter.self)
    (chapter.pointee.id, chapter.pointee.time_base) = (source.pointee.id, base)
    (chapter.pointee.start, chapter.pointee.end) = (start, end)
    av_dict_copy(&chapter.pointee.metadata, source.pointee.metadata, 0)
    return chapter
  }

  /// Writes a cover image as an attached file.
  func attach(_ source: UnsafeMutablePointer<AVStream>) {
    let avFrame = source.pointee.attached_pic
    let size = Int(avFrame.size)
    guard size > 0, let bytes = av_mallocz(size + Int(AV_INPUT_BUFFER_PADDING_SIZE)) else { return }
    bytes.copyMemory(from: avFrame.data, byteCount: size)
    let stream = addStream()
    let id = source.pointee.codecpar.pointee.codec_id
    stream.pointee.codecpar.pointee.codec_type = AVMEDIA_TYPE_ATTACHMENT
    stream.pointee.codecpar.pointee.codec_id = id
    stream.pointee.codecpar.pointee.extradata = bytes.assumingMemoryBound(to: UInt8.self)
    stream.pointee.codecpar.pointee.extradata_size = Int32(size)
    let (ending, type) = id == AV_CODEC_ID_PNG ? ("png", "image/png") : ("jpg", "image/jpeg")
    av_dict_copy(&stream.pointee.metadata, source.pointee.metadata, 0)
    av_dict_set(&stream.pointee.metadata, "filename", "cover.\(ending)", AV_DICT_DONT_OVERWRITE)
    av_dict_set(&stream.pointee.metadata, "mimetype", type, AV_DICT_DONT_OVERWRITE)
  }
}
