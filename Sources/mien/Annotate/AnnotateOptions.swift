import Display
import Rows

/// The options of `mien annotate`.
enum AnnotateOptions {
  static let out = Option.file(
    "--out", short: "-o", "OUT", "The annotated video or image; a folder for several inputs.")
  /// The option of each row format.
  static let rows = RowFormat.table.map { format in
    (format: format, option: Option.file("--\(format.name)", "F", "\(format.summary); - is standard output."))
  }
  static let timeline = Option.file("--timeline", "F", "A chart of the tracks: .svg, .png or .pdf by the name.")
  static let report = Option.file("--report", "F", "One HTML page with video, timeline and table: .html by the name.")
  static let crops = Option.folder("--show-crops", "DIR", "The crop of each face that the networks see, as PNG.")
  static let every = Option.integer(
    "--every", "N", 1...100_000, "Look at each N-th frame alone; results are held between (default: 1).")
  static let rate = Option.number(
    "--fps", "N", 0.001...1000, "Frames a second of numbered images, such as img_%03d.png (default: 25).")
  static let start = Option.time("--start", "T", "Begin at this time of the source.")
  static let duration = Option.time("--duration", "T", "Stop after this long.")
  static let resume = Option.flag(
    "--resume", "Take up what an interrupted run left: outputs, and rows of --jsonl or --csv.")
  static let explain = Option.choice(
    "--explain", ["gradcam"], "Draw over each face which parts of it decide the answer (slow).")
  static let codec = Option.text("--codec", "C", "Video codec, by FFmpeg's name (default: by the output's name).")
  static let quality = Option.integer(
    "--quality", "Q", 0...100, "Quality of the video, 0 (small) to 100 (best) (default: 80).")
  static let force = Option.flag("--force", "Overwrite files that are there.")
  static let quiet = Option.flag("--quiet", "No progress and no summary.")

  /// In the order of help.
  static let all =
    [out.spec] + rows.map(\.option.spec) + [timeline.spec, report.spec, crops.spec] + AnalysisOptions.all + [
      every.spec, rate.spec, start.spec, duration.spec, resume.spec,
    ] + HidingOptions.all + HidingOptions.ofRecordings + [
      explain.spec, codec.spec, quality.spec, force.spec, quiet.spec,
    ]
}
