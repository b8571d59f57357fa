import Display
import Media
import Sessions

extension AnnotateRequest {
  /// - Parameter hiding: how faces are hidden where `arguments` do not say; nil: they are not.
  /// - Throws: `CommandLineError` where options do not go together.
  init(_ arguments: Arguments, hiding usual: HidingStyle? = nil) throws(CommandLineError) {
    typealias Given = AnnotateOptions
    self.init(inputs: arguments.operands)
    (out, isRecursive) = (arguments[Given.out], arguments.has(Given.recursive))
    rows = Given.rows.compactMap { format, option in arguments[option].map { (format, $0) } }
    documents = Given.documents.compactMap { document, option in arguments[option].map { (document, $0) } }
    (crops, database) = (arguments[Given.crops], arguments[Given.database])
    jobs = arguments[Given.jobs] ?? jobs
    shard = try AnnotateRequest.shard(arguments)
    analysis = AnalysisRequest(arguments)
    every = arguments[Given.every] ?? every
    faces = try arguments.tracks(Given.face)
    hasRowsOfHeldFrames = !arguments.has(Given.measured)
    (rate, start) = (arguments[Given.rate], arguments[Given.start] ?? 0)
    duration = arguments[Given.duration]
    hiding = try HidingOptions.request(arguments, usual: usual)
    isMuted = arguments.has(HidingOptions.mute)
    overlay = try OverlayOptions(arguments)
    if arguments.has(HidingOptions.metadata) { leavesOutMetadata = false }
    explains = arguments[Given.explain] != nil
    (codec, quality) = (arguments[Given.codec], arguments[Given.quality] ?? 80)
    resume = arguments.has(Given.resume)
    force = arguments.has(Given.force)
    try check(arguments)
  }

  private func check(_ arguments: Arguments) throws(CommandLineError) {
    typealias Given = AnnotateOptions
    if duration == 0 { throw .notAboveZero(Given.duration.spec) }
    if out == nil, rows.isEmpty, documents.isEmpty, crops == nil, database == nil { throw .nothingAsked }
    let needingVideo =
      [
        Given.codec.spec, Given.quality.spec, HidingOptions.hide.spec, HidingOptions.mute.spec,
        Given.explain.spec,
      ] + DrawingOptions.all
    if out == nil, let option = needingVideo.first(where: { arguments.values[$0.name] != nil }) {
      throw .needs(option.name, "-o")
    }
    if rate != nil, !inputs.contains(where: MediaLocations.isNumbered) { throw .rateOfRecordings(Given.rate.spec) }
    if hiding != nil, crops != nil { throw .conflict(HidingOptions.hide.spec.name, Given.crops.spec.name) }
    for option in Given.rows.map(\.option) + Given.documents.map(\.option) {
      if let path = arguments[option], !Self.isFile(path) { throw .notAPlace(option.spec, text: path) }
    }
    try checkStandardOutput()
    if resume { try checkResume() }
  }

  /// `2/8`: the second of eight.
  private static func shard(_ arguments: Arguments) throws(CommandLineError) -> (number: Int, of: Int) {
    guard let text = arguments[AnnotateOptions.shard] else { return (1, 1) }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let number = parts[0], let of = parts[1], of <= 1_000_000, number >= 1, number <= of else {
      throw .badShard(AnnotateOptions.shard.spec, text: text)
    }
    return (number, of)
  }

  /// Sockets are for `live`.
  private static func isFile(_ path: String) -> Bool {
    switch try? RowAddress(path) {
    case .standardOutput, .file: true
    default: false
    }
  }

  /// Rows can be taken up from files of some formats alone.
  private func checkResume() throws(CommandLineError) {
    typealias Given = AnnotateOptions
    if crops != nil { throw .conflict("--resume", "--show-crops") }
    if !faces.isEmpty { throw .conflict("--resume", Given.face.spec.name) }
    if !hasRowsOfHeldFrames { throw .conflict("--resume", Given.measured.spec.name) }
    let hasMore = !rows.isEmpty || !documents.isEmpty
    let files = "--jsonl F or --csv F"
    if kept == nil, database == nil, hasMore || out == nil {
      throw .needs("--resume", out == nil ? "-o, \(files)" : files)
    }
  }

  private func checkStandardOutput() throws(CommandLineError) {
    let streamed = rows.filter { $0.path == "-" }
    if streamed.count > 1 { throw .conflict("--\(streamed[0].format.name) -", "--\(streamed[1].format.name) -") }
  }
}
