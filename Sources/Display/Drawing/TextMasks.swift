import CCairo
import Core

/// Text rendered once and painted many times: 8-bit masks by text and style. Used from one thread.
///
/// Names, track numbers and percentages come again in every frame; shaping them each time would take longer than all the rest.
final class TextMasks {
  /// A rendered line. Ends its surface with itself.
  final class Mask {
    fileprivate let surface: OpaquePointer
    /// Extent in square pixels.
    let width: Double
    let height: Double

    fileprivate init(surface: OpaquePointer, width: Double, height: Double) {
      self.surface = surface
      self.width = width
      self.height = height
    }

    deinit { cairo_surface_destroy(surface) }
  }

  private struct Key: Hashable {
    var text: String
    var style: TextShaper.Style
  }

  private static let limit = 2000
  private let shaper: TextShaper
  private let pixelAspect: Double
  private var masks: [Key: Mask] = [:]

  init(shaper: TextShaper, pixelAspect: Double) {
    self.shaper = shaper
    self.pixelAspect = pixelAspect
  }

  func mask(_ text: String, _ style: TextShaper.Style) -> Mask {
    let key = Key(text: text, style: style)
    if let known = masks[key] { return known }
    if masks.count >= Self.limit { masks.removeAll(keepingCapacity: true) }
    let mask = render(shaper.shape(text, style))
    masks[key] = mask
    return mask
  }

  private func render(_ text: ShapedText) -> Mask {
    let columns = Int32((text.width / pixelAspect).rounded(.up)) + 1
    let surface = cairo_image_surface_create(CAIRO_FORMAT_A8, max(columns, 1), Int32(text.height.rounded(.up)) + 1)!
    let canvas = Canvas(cairo: cairo_create(surface))
    cairo_scale(canvas.cairo, 1 / pixelAspect, 1)
    canvas.write(text, at: Point(x: 0, y: 0), ChartPalette.text)
    cairo_destroy(canvas.cairo)
    return Mask(surface: surface, width: text.width, height: text.height)
  }
}

extension Canvas {
  /// Paints `mask` with its top left corner at the whole pixel nearest to `point`.
  func paint(_ mask: TextMasks.Mask, at point: Point, _ color: RGB) {
    var (x, y) = (point.x, point.y)
    cairo_user_to_device(cairo, &x, &y)
    cairo_save(cairo)
    cairo_identity_matrix(cairo)
    use(color)
    cairo_mask_surface(cairo, mask.surface, x.rounded(), y.rounded())
    cairo_restore(cairo)
  }
}
