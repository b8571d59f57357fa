import CCairo
import Core
import Glibc

/// A Cairo context with the few strokes that Mien draws. Whoever made the context ends it.
struct Canvas {
  let cairo: OpaquePointer

  func fill(_ box: Box, _ color: RGB, opacity: Double = 1, radius: Double = 0) {
    trace(box, radius: radius)
    use(color, opacity)
    cairo_fill(cairo)
  }

  /// Strokes the outline of `box`, centred on its edge.
  func stroke(
    _ box: Box, _ color: RGB, width: Double, opacity: Double = 1, radius: Double = 0, dashes: [Double] = []
  ) {
    trace(box, radius: radius)
    stroke(color, width: width, opacity: opacity, dashes: dashes)
  }

  func line(_ points: [Point], _ color: RGB, width: Double, opacity: Double = 1, dashes: [Double] = []) {
    guard let first = points.first else { return }
    cairo_new_path(cairo)
    cairo_move_to(cairo, first.x, first.y)
    for point in points.dropFirst() { cairo_line_to(cairo, point.x, point.y) }
    stroke(color, width: width, opacity: opacity, dashes: dashes)
  }

  func polygon(_ points: [Point], _ color: RGB, opacity: Double) {
    guard let first = points.first else { return }
    cairo_new_path(cairo)
    cairo_move_to(cairo, first.x, first.y)
    for point in points.dropFirst() { cairo_line_to(cairo, point.x, point.y) }
    cairo_close_path(cairo)
    use(color, opacity)
    cairo_fill(cairo)
  }

  /// Writes `text` with its top left corner at `point`, as outlines where the surface knows them.
  func write(_ text: ShapedText, at point: Point, _ color: RGB, opacity: Double = 1) {
    use(color, opacity)
    cairo_move_to(cairo, point.x, point.y)
    pango_cairo_show_layout(cairo, text.layout)
  }

  /// Draws with `square`'s corner as the origin and its upper side as the x axis.
  func inside(_ square: CropSquare, _ draw: () -> Void) {
    cairo_save(cairo)
    cairo_translate(cairo, square.corner.x, square.corner.y)
    cairo_rotate(cairo, atan2(square.across.y, square.across.x))
    draw()
    cairo_restore(cairo)
  }

  func use(_ color: RGB, _ opacity: Double = 1) {
    cairo_set_source_rgba(cairo, color.red, color.green, color.blue, opacity)
  }

  private func stroke(_ color: RGB, width: Double, opacity: Double, dashes: [Double]) {
    use(color, opacity)
    cairo_set_line_width(cairo, width)
    cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND)
    cairo_set_dash(cairo, dashes, Int32(dashes.count), 0)
    cairo_stroke(cairo)
  }

  private func trace(_ box: Box, radius: Double) {
    cairo_new_path(cairo)
    guard radius > 0 else { return cairo_rectangle(cairo, box.x, box.y, box.width, box.height) }
    let r = min(radius, box.width / 2, box.height / 2)
    let (left, top, right, bottom) = (box.x + r, box.y + r, box.x + box.width - r, box.y + box.height - r)
    cairo_arc(cairo, right, top, r, -.pi / 2, 0)
    cairo_arc(cairo, right, bottom, r, 0, .pi / 2)
    cairo_arc(cairo, left, bottom, r, .pi / 2, .pi)
    cairo_arc(cairo, left, top, r, .pi, 1.5 * .pi)
    cairo_close_path(cairo)
  }
}

extension Patch {
  /// Draws a patch at `rect`; the context's unit is a square pixel of the image's height, its origin the image's.
  static func drawn(_ rect: PixelRect, pixelAspect: Double, _ draw: (Canvas) -> Void) -> Patch {
    let bytes = rect.width * rect.height * 4
    let pixels = [UInt8](unsafeUninitializedCapacity: bytes) { buffer, count in
      buffer.initialize(repeating: 0)
      count = bytes
      let surface = cairo_image_surface_create_for_data(
        buffer.baseAddress, CAIRO_FORMAT_ARGB32, Int32(rect.width), Int32(rect.height), Int32(rect.width * 4))
      let cairo = cairo_create(surface)!
      cairo_translate(cairo, Double(-rect.x), Double(-rect.y))
      cairo_scale(cairo, 1 / pixelAspect, 1)
      draw(Canvas(cairo: cairo))
      cairo_destroy(cairo)
      cairo_surface_flush(surface)
      cairo_surface_destroy(surface)
    }
    return Patch(rect: rect, pixels: pixels)
  }
}
