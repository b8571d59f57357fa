import Display
import Rows
import Sessions

extension LiveRequest {
  /// - Throws: `CommandLineError` where options do not go together.
  init(_ arguments: Arguments) throws(CommandLineError) {
    typealias Given = LiveOptions
    self.init()
    source = arguments.operands.first
    (size, fps) = (arguments[Given.size], arguments[Given.fps])
    (pixelFormat, controls) = (try CameraOptions.pixelFormat(arguments), try CameraOptions.settings(arguments))
    (screen, isShown) = (arguments.has(Given.screen), !arguments.has(Given.headless))
    analysis = AnalysisRequest(arguments)
    (frames, mirror) = (arguments[Given.frames], arguments.has(Given.mirror))
    (targetRate, baseline) = (arguments[Given.target] ?? targetRate, arguments[Given.baseline])
    (jsonl, record, output) = (arguments[Given.jsonl], arguments[Given.record], arguments[Given.output])
    recording = RecordingRequest(arguments)
    events = try arguments[Given.event].map(LiveRequest.events) ?? []
    command = arguments[Given.exec]
    hiding = try HidingOptions.request(arguments)
    overlay = try OverlayOptions(arguments)
    (mostInferences, waits) = (arguments[Given.maxRate], arguments.has(Given.wait))
    try check()
  }

  private func check() throws(CommandLineError) {
    typealias Given = LiveOptions
    if screen, let source { throw .conflict(Given.screen.spec.name, quoted(source)) }
    if command != nil, events.isEmpty { throw .needs(Given.exec.spec.name, Given.event.spec.name) }
    if let jsonl, (try? RowAddress(jsonl)) == nil { throw .notAPlace(Given.jsonl.spec, text: jsonl) }
    if !isDrawn, frames == nil, jsonl == nil, events.isEmpty { throw .nothingLive }
  }

  private static func events(_ text: String) throws(CommandLineError) -> [EventRule] {
    var rules: [EventRule] = []
    for part in text.split(separator: ",") {
      guard let rule = EventRule(String(part)) else { throw .badEvent(String(part)) }
      rules.append(rule)
    }
    if rules.isEmpty { throw .badEvent(text) }
    return rules
  }
}

extension RecordingRequest {
  /// How a command has its recording written.
  init(_ arguments: Arguments) {
    self.init()
    codec = arguments[AnnotateOptions.codec]
    quality = arguments[AnnotateOptions.quality] ?? quality
    force = arguments.has(AnnotateOptions.force)
  }
}
