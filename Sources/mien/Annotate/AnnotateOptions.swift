import Display
import Media
import Rows

/// The options of `mien annotate`.
enum AnnotateOptions {
  static let out = Option.file(
    "--out", short: "-o", "OUT", "The annotated video or picture; a folder for several inputs.")
  static let jsonl = Option.file("--jsonl", "F", "Rows as JSON lines, one a frame; - is standard output.")
  static let csv = Option.file("--csv", "F", "Rows as CSV, one a face a frame; - is standard output.")
  static let vtt = Option.file("--vtt", "F", "Subtitles (WebVTT), one cue an expression; - is standard output.")
  static let timeline = Option.file("--timeline", "F", "A chart of the tracks: .svg, .png or .pdf by the name.")
  static let report = Option.file("--report", "F", "One HTML page with video, timeline and table: .html by the name.")
  static let crops = Option.folder("--show-crops", "DIR", "The crop of each face that the networks see, as PNG.")
  static let every = Option.integer(
    "--every", "N", 1...100_000, "Look at each N-th frame alone; results are held between (default: 1).")
  static let rate = Option.number(
    "--fps", "N", 0.001...1000, "Pictures a second of numbered pictures, such as img_%03d.png (default: 25).")
  static let start = Option.time("--start", "T", "Begin at this time of the source.")
  static let duration = Option.time("--duration", "T", "Stop after this long.")
  static let resume = Option.flag(
    "--resume", "Take up what an interrupted run left: outputs, and rows of --jsonl or --csv.")
  static let hide = Option.choice(
    "--hide-faces", HidingStyle.allCases.map(\.rawValue), "Make faces unrecognisable; labels stay.")
  static let explain = Option.choice(
    "--explain", ["gradcam"], "Draw over each face which parts of it decide the answer (slow).")
  static let codec = Option.text("--codec", "C", "Video codec, by FFmpeg's name (default: by the output's name).")
  static let quality = Option.integer(
    "--quality", "Q", 0...100, "Quality of the video, 0 (small) to 100 (best) (default: 80).")
  static let force = Option.flag("--force", "Overwrite files that are there.")
  static let quiet = Option.flag("--quiet", "No progress and no summary.")

  /// In the order of help.
  static let all = [
    out.spec, jsonl.spec, csv.spec, vtt.spec, timeline.spec, report.spec, crops.spec, AnalysisOptions.models.spec,
    AnalysisOptions.detector.spec, AnalysisOptions.smallest.spec, AnalysisOptions.turn.spec, every.spec, rate.spec,
    start.spec, duration.spec,
    AnalysisOptions.threads.spec, resume.spec,
    hide.spec, AnalysisOptions.labels.spec, explain.spec, codec.spec, quality.spec, force.spec, quiet.spec,
  ]

  /// The option of each row format.
  static let rows = [("jsonl", jsonl), ("csv", csv), ("vtt", vtt)]
}

/// What `mien annotate` was asked for, as values.
struct AnnotateRequest {
  /// All words that were given.
  var words: [String]
  var inputs: [String]
  var out: String?
  var rows: [(format: RowFormat, path: String)]
  var timeline: String?
  var report: String?
  var crops: String?
  var analysis: AnalysisRequest
  var every: Int
  /// Pictures a second of numbered pictures.
  var rate: Double?
  var start: Double
  var duration: Double?
  var hiding: HidingStyle?
  var explains: Bool
  var codec: String?
  var quality: Int
  var resume: Bool
  var force: Bool
  var quiet: Bool

  /// - Throws: `CommandLineError` where options do not go together.
  init(_ arguments: Arguments) throws(CommandLineError) {
    typealias Given = AnnotateOptions
    (words, inputs) = (arguments.words, arguments.operands)
    out = arguments[Given.out]
    rows = Given.rows.compactMap { name, option in
      arguments[option].map { path in (RowFormat.table.first { $0.name == name }!, path) }
    }
    (timeline, report, crops) = (arguments[Given.timeline], arguments[Given.report], arguments[Given.crops])
    analysis = AnalysisRequest(arguments)
    every = arguments[Given.every] ?? 1
    (rate, start) = (arguments[Given.rate], arguments[Given.start] ?? 0)
    duration = arguments[Given.duration]
    hiding = arguments[Given.hide].flatMap(HidingStyle.init)
    explains = arguments[Given.explain] != nil
    (codec, quality) = (arguments[Given.codec], arguments[Given.quality] ?? 80)
    resume = arguments.has(Given.resume)
    force = arguments.has(Given.force)
    quiet = arguments.has(Given.quiet)
    try check(arguments)
  }

  /// How each input is read.
  var inputOptions: InputOptions {
    var options = InputOptions(start: start, duration: duration)
    options.turn = analysis.turn
    options.waiting = { Interruption.onSignal($0) }
    if let rate { options.pictureRate = rate }
    return options
  }

  /// How each output is written.
  var outputOptions: OutputOptions {
    var options = OutputOptions(codec: codec, quality: quality, force: force)
    options.leavesOutPictures = hiding != nil
    return options
  }

  private func check(_ arguments: Arguments) throws(CommandLineError) {
    typealias Given = AnnotateOptions
    if duration == 0 { throw .notAboveZero(Given.duration.spec) }
    if out == nil, rows.isEmpty, timeline == nil, report == nil, crops == nil { throw .nothingAsked }
    let needingVideo = [Given.codec.spec, Given.quality.spec, Given.hide.spec, Given.explain.spec]
    if out == nil, let option = needingVideo.first(where: { arguments.values[$0.name] != nil }) {
      throw .needs(option.name, "-o")
    }
    if rate != nil, !inputs.contains(where: MediaLocations.isNumbered) { throw .rateOfRecordings(Given.rate.spec) }
    if hiding != nil, crops != nil { throw .conflict(Given.hide.spec.name, Given.crops.spec.name) }
    for (_, option) in Given.rows {
      if let path = arguments[option], !AnnotateRequest.isFile(path) { throw .notAPlace(option.spec, text: path) }
    }
    try checkStandardOutput()
    if resume { try checkResume() }
  }

  /// Sockets are for `live`.
  private static func isFile(_ path: String) -> Bool {
    switch try? LineAddress(path) {
    case .standardOutput, .file: true
    default: false
    }
  }

  /// Rows can be taken up from files of some formats alone.
  private func checkResume() throws(CommandLineError) {
    if crops != nil { throw .conflict("--resume", "--show-crops") }
    let hasMore = !rows.isEmpty || timeline != nil || report != nil
    let files = "--jsonl F or --csv F"
    if kept == nil, hasMore || out == nil { throw .needs("--resume", out == nil ? "-o, \(files)" : files) }
  }

  /// The rows that a later run can take up: those of the format that says most.
  var kept: KeptRows? {
    rows.lazy.filter { $0.path != "-" }.compactMap { KeptRows($0.format, $0.path) }.first
  }

  /// The command that goes on where this one is stopped; nil where it would begin anew, or take up what was to be overwritten.
  var continuation: Continuation? {
    let isOfUse = kept != nil || rows.isEmpty && timeline == nil && report == nil && inputs.count > 1
    let isSafe = crops == nil && !inputs.contains("-") && !words.contains(AnnotateOptions.force.spec.name)
    return isOfUse && isSafe ? Continuation(annotate: words) : nil
  }

  private func checkStandardOutput() throws(CommandLineError) {
    let streamed = rows.filter { $0.path == "-" }
    if streamed.count > 1 { throw .conflict("--\(streamed[0].format.name) -", "--\(streamed[1].format.name) -") }
  }
}
