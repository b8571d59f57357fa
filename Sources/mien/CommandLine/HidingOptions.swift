import Display
import Sessions

/// Options of the commands that can hide faces.
enum HidingOptions {
  static let hide = Option.choice(
    "--hide-faces", HidingStyle.allCases.map(\.rawValue),
    "Make faces unrecognisable; metadata are left out, labels stay.")
  static let margin = Option.number(
    "--margin", "N", 10...300, "Covers reach beyond a face by N percent of its size on each side (default: 30).")
  static let cover = Option.choice("--cover", CoverShape.allCases.map(\.rawValue), "Shape of a cover (default: box).")
  static let regions = Option.file(
    "--hide-regions", "F", "Cover places, too: START END X Y WIDTH HEIGHT on each line, in seconds and pixels.")
  static let keep = Option.list("--keep-face", "N,…", "Tracks that are not covered.")
  static let mute = Option.flag("--mute", "Leave out the sound.")
  static let metadata = Option.flag("--keep-metadata", "Keep title, place and time of the source despite --hide-faces.")

  /// Of annotate and live, in the order of help.
  static let all = [hide.spec, margin.spec, cover.spec, regions.spec]
  /// Of annotate alone.
  static let ofRecordings = [keep.spec, mute.spec, metadata.spec]
  /// Those that say nothing without `--hide-faces`.
  private static let details = [margin.spec, cover.spec, regions.spec, keep.spec, metadata.spec]

  /// What is to be hidden; nil where nothing is.
  /// - Parameter usual: the style where none is named.
  static func request(
    _ arguments: Arguments, usual: HidingStyle? = nil
  ) throws(CommandLineError) -> HidingRequest? {
    guard let style = arguments[hide].flatMap(HidingStyle.init) ?? usual else {
      if let given = details.first(where: { arguments.values[$0.name] != nil }) {
        throw .needs(given.name, hide.spec.name)
      }
      return nil
    }
    var request = HidingRequest(style)
    if let percent = arguments[margin] { request.margin = percent / 100 }
    if let shape = arguments[cover].flatMap(CoverShape.init) { request.shape = shape }
    request.keptTracks = try arguments.tracks(keep)
    if let path = arguments[regions] { request.regions = try read(path) }
    return request
  }

  private static func read(_ path: String) throws(CommandLineError) -> [HiddenRegion] {
    do throws(HiddenRegionError) { return try HiddenRegion.read(path) } catch { throw .badRegions(error) }
  }
}

extension Arguments {
  /// Numbers of tracks that a list names.
  func tracks(_ option: Option<[String]>) throws(CommandLineError) -> Set<Int> {
    var tracks: Set<Int> = []
    for text in self[option] ?? [] {
      guard let track = Int(text), track > 0 else { throw .badValue(option: option.spec, text: text) }
      tracks.insert(track)
    }
    return tracks
  }
}
