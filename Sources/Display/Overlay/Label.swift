import Core

/// A face's plate: track and expression, or why there is none; on two lines where one is too long for the frame.
struct Label {
  /// How much it says; the most first.
  enum Length: CaseIterable {
    /// Track, expression and its probability, or why there is none.
    case whole
    /// Track and expression.
    case short
    /// The track.
    case number
  }

  private let lines: [[(mask: TextMasks.Mask, color: RGB)]]
  private let color: RGB
  private let metrics: OverlayMetrics
  private let space: Double
  private let stripe: Double
  /// Square pixels.
  let width: Double
  let height: Double

  init(_ face: FaceResult, _ renderer: OverlayRenderer, _ length: Length = .whole) {
    metrics = renderer.metrics
    let space = metrics.labelSize * 0.4
    self.space = space
    stripe = (metrics.labelSize * 0.3).rounded()
    color = ChartPalette.color(of: face.expression, in: renderer.labels)
    let whole = Label.lines(face, renderer)
    switch length {
    case .whole: lines = whole
    case .short: lines = Label.lines(face.withoutReason, renderer).map { Array($0.prefix(2)) }
    case .number: lines = [[whole[0][0]]]
    }
    width = (stripe + 2 * metrics.padding + lines.map { Label.width($0, space: space) }.max()!).rounded(.up)
    height = (lines.reduce(0) { $0 + $1[0].mask.height } + metrics.padding).rounded(.up)
  }

  func draw(in box: Box, _ canvas: Canvas) {
    canvas.fill(box, ChartPalette.plate, opacity: ChartPalette.plateOpacity)
    canvas.fill(Box(x: box.x, y: box.y, width: stripe, height: box.height), color)
    var y = box.y + metrics.padding / 2
    for line in lines {
      var x = box.x + stripe + metrics.padding
      for part in line {
        canvas.paint(part.mask, at: Point(x: x, y: y), part.color)
        x += part.mask.width + space
      }
      y += line[0].mask.height
    }
  }

  private static func width(_ line: [(mask: TextMasks.Mask, color: RGB)], space: Double) -> Double {
    line.reduce(0) { $0 + $1.mask.width } + space * Double(line.count - 1)
  }

  private static func lines(_ face: FaceResult, _ renderer: OverlayRenderer) -> [[(mask: TextMasks.Mask, color: RGB)]] {
    func part(_ text: String, bold: Bool = false) -> (mask: TextMasks.Mask, color: RGB) {
      let style = TextShaper.Style(size: renderer.metrics.labelSize, bold: bold)
      return (renderer.masks.mask(text, style), bold ? ChartPalette.text : ChartPalette.quietText)
    }
    let track = part(String(face.track))
    if let expression = face.expression {
      return [[track, part(expression, bold: true), part(percent(face.confidence))]]
    }
    guard let reason = face.reason else { return [[track, part("uncertain", bold: true)]] }
    let whole = [track, part("uncertain:", bold: true), part(reason.words)]
    let isShort = whole.reduce(0) { $0 + $1.mask.width } < renderer.metrics.labelSize * 22 && renderer.isWide
    return isShort ? [whole] : [[whole[0], whole[1]], [whole[2]]]
  }
}

extension FaceResult {
  /// The same, but for why nothing is said.
  fileprivate var withoutReason: FaceResult {
    var face = self
    face.reason = nil
    return face
  }
}

/// Whole percents, as people write them.
func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }
