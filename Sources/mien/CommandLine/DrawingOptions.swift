import Display

/// Options of what is drawn on frames.
enum DrawingOptions {
  static let unlabelled = Option.flag("--no-labels", "Draw no boxes, labels and bars.")
  static let bars = Option.choice(
    "--bars", OverlayOptions.Bars.allCases.map(\.rawValue), "Whose probabilities are drawn as bars (default: all).")
  static let textSize = Option.number(
    "--text-size", "N", 8...200, "Size of letters in pixels of the frame (default: by the frame's size).")
  static let background = Option.text(
    "--background", "COLOUR",
    "Draw on a plain colour in place of the frame, for a chroma key: green, black, blue, magenta or #RRGGBB.")

  /// Of annotate and live, in the order of help.
  static let all = [unlabelled.spec, bars.spec, textSize.spec, background.spec]
}

extension OverlayOptions {
  /// - Throws: `CommandLineError` where the colour is none.
  init(_ arguments: Arguments) throws(CommandLineError) {
    self.init()
    isLabelled = !arguments.has(DrawingOptions.unlabelled)
    bars = arguments[DrawingOptions.bars].flatMap(Bars.init) ?? bars
    textSize = arguments[DrawingOptions.textSize]
    guard let text = arguments[DrawingOptions.background] else { return }
    guard let color = RGB(text) else { throw .badColour(DrawingOptions.background.spec, text: text) }
    background = color
  }
}
