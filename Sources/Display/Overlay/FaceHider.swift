import Core

/// How a face is made unrecognisable.
public enum HidingStyle: String, CaseIterable, Sendable {
  /// Smeared until no feature is left.
  case blur
  /// A handful of even squares.
  case pixelate
  /// Nothing but a plain grey.
  case mask
}

/// What is covered of the square around a head.
public enum CoverShape: String, CaseIterable, Sendable {
  /// All of it.
  case box
  /// The ellipse in it, in which the face's box lies.
  case ellipse
}

/// Hides heads: opaque patches over the head (the box, enlarged to hair and chin), made of so few numbers that nobody can be
/// recognised. Blur is the coarse grid of pixelation, interpolated, so that neither carries more than `blocks` x `blocks` colours.
public struct FaceHider: Sendable {
  /// Squares across a hidden head. With five, another detector (YuNet) still found faces in 3 of 120 frames under blur and 2 under
  /// pixelation, with four in 1 and 0, with four of half the contrast in none.
  public static let blocks = 4
  /// How much of the squares' differences from their mean is left.
  static let contrast: Float = 0.5
  /// By how much of the face's box a cover reaches beyond it on each side, unless told otherwise.
  public static let usualMargin = 0.3
  private let style: HidingStyle
  private let shape: CoverShape
  private let margin: Double

  /// Hides as `style` says; covers reach beyond the face's box by `margin` of its sides.
  public init(_ style: HidingStyle, shape: CoverShape = .box, margin: Double = usualMargin) {
    precondition(margin >= 0)
    (self.style, self.shape, self.margin) = (style, shape, margin)
  }

  /// Hides every face of `result`. Draw labels afterwards.
  public func hide(_ result: FrameResult, on frame: any Frame) { hide(heads: result.faces.map(\.box), on: frame) }

  /// Hides the heads whose faces are at `heads`, and all of `regions`. Patches are made of what the frame shows before any is laid on it;
  /// larger ones lie over smaller ones, which have more detail.
  public func hide(heads: [Box], regions: [Box] = [], on frame: any Frame) {
    let all = heads.map { (box: $0, isHead: true) } + regions.map { (box: $0, isHead: false) }
    let patches = all.sorted { $0.box.area < $1.box.area }.compactMap {
      patch(over: $0.box, isHead: $0.isHead, in: frame)
    }
    for patch in patches { frame.blend(patch) }
  }

  /// A patch over the head whose face is at `box`, or over the box itself; nil where it lies outside of the frame.
  public func patch(over box: Box, isHead: Bool = true, in frame: any Frame) -> Patch? {
    let margin = isHead ? margin : 0
    guard let rect = Self.enlarged(box, by: margin, width: frame.width, height: frame.height) else { return nil }
    var patch = Patch(rect: rect, pixels: pixels(rect, frame))
    if shape == .ellipse, isHead { Self.cut(&patch, toEllipseIn: box.enlarged(by: margin)) }
    return patch
  }

  private func pixels(_ rect: PixelRect, _ frame: any Frame) -> [UInt8] {
    if style == .mask { return Self.plain(rect) }
    let grid = Grid(of: frame.read(rect))
    return style == .blur ? grid.smooth(rect) : grid.squares(rect)
  }

  /// Nothing outside of the ellipse is covered.
  private static func cut(_ patch: inout Patch, toEllipseIn box: Box) {
    let rect = patch.rect
    for y in 0..<rect.height {
      for x in 0..<rect.width {
        let across = (Double(rect.x + x) + 0.5 - box.center.x) / (box.width / 2)
        let down = (Double(rect.y + y) + 0.5 - box.center.y) / (box.height / 2)
        guard across * across + down * down > 1 else { continue }
        for channel in 0..<4 { patch.pixels[(y * rect.width + x) * 4 + channel] = 0 }
      }
    }
  }

  /// The box, enlarged by a part of its sides on each side, in whole pixels, cut to the frame.
  static func enlarged(_ box: Box, by margin: Double, width: Int, height: Int) -> PixelRect? {
    let (w, h) = (box.width * (0.5 + margin), box.height * (0.5 + margin))
    let left = max(Int((box.center.x - w).rounded(.down)), 0)
    let top = max(Int((box.center.y - h).rounded(.down)), 0)
    let right = min(Int((box.center.x + w).rounded(.up)), width)
    let bottom = min(Int((box.center.y + h).rounded(.up)), height)
    guard right > left, bottom > top else { return nil }
    return PixelRect(x: left, y: top, width: right - left, height: bottom - top)
  }

  private static func plain(_ rect: PixelRect) -> [UInt8] {
    var pixels = [UInt8](repeating: 0x60, count: rect.width * rect.height * 4)
    for alpha in stride(from: 3, to: pixels.count, by: 4) { pixels[alpha] = 255 }
    return pixels
  }
}

extension Box {
  fileprivate func enlarged(by margin: Double) -> Box {
    Box(
      x: x - width * margin, y: y - height * margin, width: width * (1 + 2 * margin), height: height * (1 + 2 * margin))
  }
}

/// The mean colours of `FaceHider.blocks` x `FaceHider.blocks` cells of a patch.
private struct Grid {
  private static let blocks = FaceHider.blocks
  private var cells = [SIMD4<Float>](repeating: .zero, count: blocks * blocks)

  init(of patch: Patch) {
    var counts = [Float](repeating: 0, count: cells.count)
    let columns = (0..<patch.rect.width).map { $0 * Self.blocks / patch.rect.width }
    for y in 0..<patch.rect.height {
      let row = y * Self.blocks / patch.rect.height * Self.blocks
      for x in 0..<patch.rect.width {
        let at = (y * patch.rect.width + x) * 4
        let color = SIMD4<UInt8>(patch.pixels[at], patch.pixels[at + 1], patch.pixels[at + 2], 255)
        cells[row + columns[x]] += SIMD4<Float>(color)
        counts[row + columns[x]] += 1
      }
    }
    for index in cells.indices where counts[index] > 0 { cells[index] /= counts[index] }
    let mean = cells.reduce(.zero, +) / Float(cells.count)
    for index in cells.indices { cells[index] = mean + (cells[index] - mean) * FaceHider.contrast }
  }

  /// Every cell one colour.
  func squares(_ rect: PixelRect) -> [UInt8] {
    pixels(rect) { x, y in
      cells[y * Self.blocks / rect.height * Self.blocks + x * Self.blocks / rect.width]
    }
  }

  /// Cells' middles joined by smooth slopes.
  func smooth(_ rect: PixelRect) -> [UInt8] {
    let across = (0..<rect.width).map { weights($0, of: rect.width) }
    let down = (0..<rect.height).map { weights($0, of: rect.height) }
    return pixels(rect) { x, y in
      let (h, v) = (across[x], down[y])
      let upper = mix(cells[v.low * Self.blocks + h.low], cells[v.low * Self.blocks + h.high], h.part)
      let lower = mix(cells[v.high * Self.blocks + h.low], cells[v.high * Self.blocks + h.high], h.part)
      return mix(upper, lower, v.part)
    }
  }

  private func mix(_ a: SIMD4<Float>, _ b: SIMD4<Float>, _ part: Float) -> SIMD4<Float> { a + (b - a) * part }

  private func weights(_ position: Int, of count: Int) -> (low: Int, high: Int, part: Float) {
    let place = (Float(position) + 0.5) * Float(Self.blocks) / Float(count) - 0.5
    let low = max(Int(place.rounded(.down)), 0)
    let part = min(max(place - Float(low), 0), 1)
    return (low, min(low + 1, Self.blocks - 1), part * part * (3 - 2 * part))
  }

  private func pixels(_ rect: PixelRect, _ color: (_ x: Int, _ y: Int) -> SIMD4<Float>) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: rect.width * rect.height * 4) { buffer, count in
      for y in 0..<rect.height {
        for x in 0..<rect.width {
          let bytes = SIMD4<UInt8>(color(x, y).rounded(.toNearestOrEven))
          let at = (y * rect.width + x) * 4
          for channel in 0..<3 { buffer[at + channel] = bytes[channel] }
          buffer[at + 3] = 255
        }
      }
      count = rect.width * rect.height * 4
    }
  }
}
