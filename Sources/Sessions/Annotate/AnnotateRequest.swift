import Core
import Display
import Media
import Recognition
import Rows

/// What is to be annotated, and what becomes of it.
public struct AnnotateRequest: Sendable {
  /// Files, folders, patterns, numbered images or addresses.
  public var inputs: [String]
  /// The annotated video or image; a folder for several inputs; nil: none is written.
  public var out: String?
  /// Folders in folders are searched, too; OUT has the same.
  public var isRecursive = false
  /// Files of rows, by format; `-` is standard output. Here and for documents a folder, or a name with `%n` for the
  /// recording's, stands for a file for each recording.
  public var rows: [(format: RowFormat, path: String)] = []
  /// Charts, pages and tables about what was found.
  public var documents: [(document: ResultDocument, path: String)] = []
  /// A SQLite file of rows that says which recordings are done.
  public var database: String?
  /// A folder for the crops that the networks see.
  public var crops: String?
  /// So many recordings are worked on at once.
  public var jobs = 1
  /// Of so many equal shares of the recordings this one, from 1.
  public var shard = (number: 1, of: 1)
  /// Networks and detector.
  public var analysis = AnalysisRequest()
  /// Which frames are looked at; results are held between.
  public var every = SamplingInterval.frames(1)
  /// Tracks that rows, documents and overlay are about; none: all.
  public var faces: Set<Int> = []
  /// Whether frames that were not looked at have rows, too.
  public var hasRowsOfHeldFrames = true
  /// Frames a second of numbered images.
  public var rate: Double?
  /// Where to begin, seconds of the source.
  public var start = 0.0
  /// For how long, seconds.
  public var duration: Double?
  /// How faces are made unrecognisable, where they are to be.
  public var hiding: HidingRequest?
  /// Leaves out sound.
  public var isMuted = false
  /// Leaves out what the source says of itself: title, place, time; nil: where faces are hidden.
  public var leavesOutMetadata: Bool?
  /// What is drawn.
  public var overlay = OverlayOptions()
  /// Whether heat maps are drawn over faces.
  public var explains = false
  /// The video codec, by FFmpeg's name; nil: by the output's name.
  public var codec: String?
  /// 0 (small) to 100 (best).
  public var quality = 80
  /// Takes up what an interrupted run left.
  public var resume = false
  /// Overwrites files that are there.
  public var force = false

  /// Rows and frames of `inputs` are still to be asked for.
  public init(inputs: [String]) { self.inputs = inputs }

  /// The rows that a later run can take up: those of the format that says most.
  public var kept: KeptRows? { files.kept }

  /// All files of results.
  var files: ResultFiles { ResultFiles(rows: rows, documents: documents) }

  /// What rows depend on besides the recording.
  var settings: String {
    let parts: [String] = [
      analysis.models.joined(separator: "+"), analysis.detector, analysis.smallestFace.map { "\($0)" } ?? "",
      "\(analysis.turn.rawValue)", analysis.labels?.names.joined(separator: "+") ?? "", "\(every)", "\(start)",
      duration.map { "\($0)" } ?? "", rate.map { "\($0)" } ?? "",
      faces.sorted().map(String.init).joined(separator: "+"),
      "\(hasRowsOfHeldFrames)",
    ]
    return parts.joined(separator: ";")
  }

  /// How each input is read; a wait for one ends with `cancellation`.
  func inputOptions(_ cancellation: Cancellation) -> InputOptions {
    var options = InputOptions(start: start, duration: duration)
    options.turn = analysis.turn
    options.waiting = { cancellation.onCancel($0) }
    if let rate { options.frameRateOfImages = rate }
    return options
  }

  /// How each output is written.
  var outputOptions: OutputOptions {
    var options = OutputOptions(codec: codec, quality: quality, force: force)
    options.leavesOutImages = hiding != nil
    options.leavesOutSound = isMuted
    options.leavesOutMetadata = leavesOutMetadata ?? (hiding != nil)
    return options
  }
}
