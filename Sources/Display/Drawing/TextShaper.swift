import CCairo

/// One line of text, shaped. Ends its layout with itself.
final class ShapedText {
  let layout: OpaquePointer
  /// Advance width, in the units of the font size.
  let width: Double
  /// Line height.
  let height: Double

  fileprivate init(layout: OpaquePointer) {
    self.layout = layout
    var extents = PangoRectangle()
    pango_layout_get_extents(layout, nil, &extents)
    width = Double(extents.width) / Double(PANGO_SCALE)
    height = Double(extents.height) / Double(PANGO_SCALE)
  }

  deinit { g_object_unref(UnsafeMutableRawPointer(layout)) }
}

/// Shapes text with Pango in DejaVu Sans, or in what the system has. Used from one thread.
final class TextShaper {
  /// Size and weight of a font; the size in pixels (units of a vector surface).
  struct Style: Hashable {
    var size: Double
    var bold = false
  }

  private let map: OpaquePointer
  private let context: OpaquePointer

  init() {
    map = OpaquePointer(pango_cairo_font_map_new()!)
    context = pango_font_map_create_context(UnsafeMutablePointer(map))
    let options = cairo_font_options_create()
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY)
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_SLIGHT)
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
    pango_cairo_context_set_font_options(context, options)
    cairo_font_options_destroy(options)
  }

  deinit {
    g_object_unref(UnsafeMutableRawPointer(context))
    g_object_unref(UnsafeMutableRawPointer(map))
  }

  /// Without any font Pango would end the process.
  var hasFonts: Bool {
    var families: UnsafeMutablePointer<UnsafeMutablePointer<PangoFontFamily>?>?
    var count: Int32 = 0
    pango_font_map_list_families(UnsafeMutablePointer(map), &families, &count)
    g_free(families)
    return count > 0
  }

  func shape(_ text: String, _ style: Style) -> ShapedText {
    let layout = pango_layout_new(context)!
    let font = pango_font_description_from_string("DejaVu Sans")
    pango_font_description_set_absolute_size(font, style.size * Double(PANGO_SCALE))
    pango_font_description_set_weight(font, style.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL)
    pango_layout_set_font_description(layout, font)
    pango_font_description_free(font)
    pango_layout_set_single_paragraph_mode(layout, 1)
    pango_layout_set_text(layout, text, -1)
    return ShapedText(layout: layout)
  }

  /// Text of at most `width`: the end gives way to an ellipsis.
  func shape(_ text: String, _ style: Style, within width: Double) -> ShapedText {
    let whole = shape(text, style)
    guard whole.width > width else { return whole }
    pango_layout_set_width(whole.layout, Int32(width * Double(PANGO_SCALE)))
    pango_layout_set_ellipsize(whole.layout, PANGO_ELLIPSIZE_END)
    return ShapedText(layout: OpaquePointer(g_object_ref(UnsafeMutableRawPointer(whole.layout))))
  }
}
