import Display
import Rows
import Sessions

/// The options of `mien annotate`.
enum AnnotateOptions {
  static let out = Option.file(
    "--out", short: "-o", "OUT", "The annotated video or image; a folder for several inputs.")
  /// The option of each row format.
  static let rows = RowFormat.table.map { format in
    (format: format, option: Option.file("--\(format.name)", "F", "\(format.summary); - is standard output."))
  }
  /// The option of each document.
  static let documents = ResultDocument.table.map { document in
    (document: document, option: Option.file("--\(document.name)", "F", "\(document.summary)."))
  }
  static let crops = Option.folder("--show-crops", "DIR", "The crop of each face that the networks see, as PNG.")
  static let every = Option.interval(
    "--every", "N|Ts", "Analyse each N-th frame alone, or one frame in T seconds (0.5s); others repeat the last result."
  )
  static let face = Option.list("--face", "N,…", "Only these faces, by the number of their track.")
  static let measured = Option.flag("--measured", "No rows of frames that repeat the last result (--every).")
  static let rate = Option.number(
    "--fps", "N", 0.001...1000, "Frames a second of numbered images, such as img_%03d.png (default: 25).")
  static let recursive = Option.flag("--recursive", "Search folders in folders as well.")
  static let database = Option.file(
    "--sqlite", "F", "Rows of many recordings in one SQLite file, which says which are done.")
  static let jobs = Option.integer("--jobs", "N", 1...256, "Work on N recordings at once (default: 1).")
  static let shard = Option.text(
    "--shard", "I/N", "The I-th of N equal shares of the recordings, for several machines or array jobs.")
  static let start = Option.time("--start", "T", "Begin at this time of the source.")
  static let duration = Option.time("--duration", "T", "Stop after this long.")
  static let resume = Option.flag(
    "--resume", "Continue an interrupted run: outputs, and rows of --jsonl or --csv.")
  static let explain = Option.choice(
    "--explain", ["gradcam"], "Draw over each face which parts of it decide the answer (slow).")
  static let codec = Option.text("--codec", "C", "Video codec, by FFmpeg's name (default: by the output's name).")
  static let quality = Option.integer(
    "--quality", "Q", 0...100, "Quality of the video, 0 (small) to 100 (best) (default: 80).")
  static let force = Option.flag("--force", "Overwrite files that are there.")
  static let sandbox = Option.flag(
    "--sandbox", "Refuse to run where the system cannot keep decoders from other files, programs and the network.")
  static let unboxed = Option.flag("--no-sandbox", "Do not keep them from these.")
  static let quiet = Option.flag("--quiet", "No progress and no summary.")

  /// In the order of help.
  static let all =
    [out.spec] + rows.map(\.option.spec) + documents.map(\.option.spec) + [database.spec, crops.spec]
    + AnalysisOptions.all + [
      recursive.spec, jobs.spec, shard.spec, every.spec, measured.spec, face.spec, rate.spec, start.spec, duration.spec,
      resume.spec,
    ] + DrawingOptions.all + HidingOptions.all + HidingOptions.ofRecordings + [
      explain.spec, codec.spec, quality.spec, force.spec, sandbox.spec, unboxed.spec, quiet.spec,
    ]
}
