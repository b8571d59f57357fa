import CFFmpeg

/// Takes the packets of one stream of the source to the output.
protocol StreamPassthrough: AnyObject {
  /// Takes one packet and leaves it empty.
  func take(_ packet: UnsafeMutablePointer<AVPacket>) throws
  /// Nothing follows.
  func finish() throws
}

/// Packets go over as they are.
final class CopiedStream: StreamPassthrough {
  private let muxer: Muxer
  private let stream: UnsafeMutablePointer<AVStream>
  private let timeBase: AVRational

  /// From `source` into a new stream of `muxer`.
  init(_ source: UnsafeMutablePointer<AVStream>, _ muxer: Muxer) {
    self.muxer = muxer
    stream = muxer.addStream()
    timeBase = source.pointee.time_base
    avcodec_parameters_copy(stream.pointee.codecpar, source.pointee.codecpar)
    stream.pointee.codecpar.pointee.codec_tag = CopiedStream.tag(source, muxer)
    stream.pointee.time_base = timeBase
    stream.copyDescription(of: source)
  }

  func take(_ packet: UnsafeMutablePointer<AVPacket>) throws { try muxer.write(packet, stream, timeBase) }

  func finish() {}

  /// The source's code for the codec where the container knows it for the same codec, else the one that players take, or the
  /// container's own.
  private static func tag(_ source: UnsafeMutablePointer<AVStream>, _ muxer: Muxer) -> UInt32 {
    let parameters = source.pointee.codecpar.pointee
    guard let tags = muxer.format.pointee.codec_tag else { return 0 }
    let isKnown = av_codec_get_id(tags, parameters.codec_tag) == parameters.codec_id
    return isKnown ? parameters.codec_tag : muxer.container.tag(of: parameters.codec_id)
  }
}

extension UnsafeMutablePointer where Pointee == AVStream {
  /// Takes over language, title, disposition and side data.
  func copyDescription(of source: UnsafeMutablePointer<AVStream>, isImage: Bool = false) {
    pointee.disposition = source.pointee.disposition
    av_dict_copy(&pointee.metadata, source.pointee.metadata, 0)
    for key in isImage ? StaleKeys.ofVideo : StaleKeys.ofCopies {
      av_dict_set(&pointee.metadata, key, nil, AV_DICT_MATCH_CASE)
    }
    if !isImage { copySideData(of: source) }
  }

  private func copySideData(of source: UnsafeMutablePointer<AVStream>) {
    for index in 0..<FFSideDataCount(source) {
      let item = FFSideData(source, index).pointee
      guard let copy = FFNewSideData(self, item.type, item.size) else { continue }
      copy.update(from: item.data, count: item.size)
    }
  }
}

/// Metadata that describes the source's own bytes, not the recording.
enum StaleKeys {
  /// Of a container.
  static let ofFile = ["major_brand", "minor_version", "compatible_brands", "encoder"]
  /// Of a copied stream: written anew.
  static let ofCopies = ["DURATION", "DURATION-eng"]
  /// Of frames that are encoded anew and upright.
  static let ofVideo =
    ofCopies + [
      "rotate", "encoder", "alpha_mode", "BPS", "BPS-eng", "NUMBER_OF_FRAMES", "NUMBER_OF_FRAMES-eng",
      "NUMBER_OF_BYTES", "NUMBER_OF_BYTES-eng", "_STATISTICS_WRITING_APP", "_STATISTICS_WRITING_APP-eng",
      "_STATISTICS_WRITING_DATE_UTC", "_STATISTICS_WRITING_DATE_UTC-eng", "_STATISTICS_TAGS", "_STATISTICS_TAGS-eng",
    ]
}
