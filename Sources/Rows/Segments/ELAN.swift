extension SegmentFormat {
  /// ELAN's annotations (EAF 3.0): a tier for each face.
  public static let elan = SegmentFormat(
    endings: [".eaf"], summary: "ELAN annotations",
    body: { Array(ELANDocument($0).text.utf8) })
}

/// An EAF file. Its date is a constant: the same recording gives the same bytes.
private struct ELANDocument {
  private let tracks: [TimelineTrack]
  private let media: String?
  /// Milliseconds, ascending; the place in it names the slot.
  private let slots: [Int]

  init(_ document: SegmentDocument) {
    tracks = document.timeline.tracks
    media = document.media
    let moments = tracks.flatMap(\.segments).flatMap { [milliseconds($0.start), milliseconds($0.end)] }
    slots = Set(moments).sorted()
  }

  var text: String {
    """
    <?xml version="1.0" encoding="UTF-8"?>
    <ANNOTATION_DOCUMENT AUTHOR="Mien" DATE="1970-01-01T00:00:00+00:00" FORMAT="3.0" VERSION="3.0" \
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
    xsi:noNamespaceSchemaLocation="http://www.mpi.nl/tools/elan/EAFv3.0.xsd">
    <HEADER MEDIA_FILE="" TIME_UNITS="milliseconds">
    \(descriptor)<PROPERTY NAME="lastUsedAnnotationId">\(tracks.reduce(0) { $0 + $1.segments.count })</PROPERTY>
    </HEADER>
    <TIME_ORDER>
    \(slots.enumerated().map { "<TIME_SLOT TIME_SLOT_ID=\"ts\($0 + 1)\" TIME_VALUE=\"\($1)\"/>\n" }.joined())</TIME_ORDER>
    \(tiers)<LINGUISTIC_TYPE GRAPHIC_REFERENCES="false" LINGUISTIC_TYPE_ID="expression" TIME_ALIGNABLE="true"/>
    </ANNOTATION_DOCUMENT>

    """
  }

  private var descriptor: String {
    guard let media, let type = SegmentDocument.mediaType(media) else { return "" }
    let name = escaped(media)
    return "<MEDIA_DESCRIPTOR MEDIA_URL=\"\(name)\" MIME_TYPE=\"\(type)\" RELATIVE_MEDIA_URL=\"\(name)\"/>\n"
  }

  private var tiers: String {
    var number = 0
    return tracks.map { track in
      let annotations = track.segments.map { segment in
        number += 1
        return annotation(segment, number)
      }
      return
        "<TIER LINGUISTIC_TYPE_REF=\"expression\" TIER_ID=\"\(escaped(oneLine(track.tier)))\">\n\(annotations.joined())</TIER>\n"
    }.joined()
  }

  private func annotation(_ segment: TimelineSegment, _ number: Int) -> String {
    let (start, end) = (slot(segment.start), slot(segment.end))
    return """
      <ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a\(number)" TIME_SLOT_REF1="ts\(start)" TIME_SLOT_REF2="ts\(end)">\
      <ANNOTATION_VALUE>\(escaped(oneLine(segment.words)))</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>

      """
  }

  /// The slot of a moment, from 1, by bisection.
  private func slot(_ seconds: Double) -> Int {
    let moment = milliseconds(seconds)
    var (low, high) = (0, slots.count)
    while low < high {
      let middle = (low + high) / 2
      if slots[middle] < moment { low = middle + 1 } else { high = middle }
    }
    return low + 1
  }
}

extension SegmentDocument {
  /// The media types that ELAN plays, by the name's ending; nil where it has none.
  static func mediaType(_ path: String) -> String? {
    let types = [
      "mp4": "video/mp4", "m4v": "video/mp4", "mov": "video/quicktime", "mpg": "video/mpeg", "mpeg": "video/mpeg",
    ]
    guard let ending = path.split(separator: ".").last?.lowercased() else { return nil }
    return types[ending] ?? "unknown/unknown"
  }
}
