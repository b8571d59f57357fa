import CCairo
import Core

/// Pixels to be painted: rows of premultiplied BGRA, four bytes a pixel.
struct CanvasImage {
  var width: Int
  var height: Int
  var pixels: [UInt8]

  /// Opaque grey, one byte a pixel.
  init(grey: [UInt8], width: Int, height: Int) {
    precondition(grey.count == width * height)
    (self.width, self.height) = (width, height)
    pixels = grey.flatMap { [$0, $0, $0, 255] }
  }

  /// `values` from 0 to 1 as colours of `ramp`, the more opaque the larger: from `opacity.lowerBound` to its upper bound.
  init(values: [Float], width: Int, height: Int, _ ramp: ColorRamp, opacity: ClosedRange<Double>) {
    precondition(values.count == width * height)
    (self.width, self.height) = (width, height)
    pixels = values.flatMap { value in
      let color = ramp.color(Double(value))
      let alpha = opacity.lowerBound + (opacity.upperBound - opacity.lowerBound) * Double(value)
      return [color.blue, color.green, color.red, 1].map { UInt8((255 * $0 * alpha).rounded()) }
    }
  }
}

extension Canvas {
  /// Paints `image` over `box`, interpolated.
  func paint(_ image: CanvasImage, in box: Box) {
    // Cairo owns the memory: a vector surface reads it when it is finished.
    let surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, Int32(image.width), Int32(image.height))!
    defer { cairo_surface_destroy(surface) }
    cairo_surface_flush(surface)
    let stride = Int(cairo_image_surface_get_stride(surface))
    let data = cairo_image_surface_get_data(surface)!
    for row in 0..<image.height {
      let bytes = image.pixels[row * image.width * 4..<(row + 1) * image.width * 4]
      for (place, byte) in bytes.enumerated() { data[row * stride + place] = byte }
    }
    cairo_surface_mark_dirty(surface)
    cairo_save(cairo)
    cairo_translate(cairo, box.x, box.y)
    cairo_scale(cairo, box.width / Double(image.width), box.height / Double(image.height))
    cairo_set_source_surface(cairo, surface, 0, 0)
    cairo_pattern_set_extend(cairo_get_source(cairo), CAIRO_EXTEND_PAD)
    cairo_rectangle(cairo, 0, 0, Double(image.width), Double(image.height))
    cairo_fill(cairo)
    cairo_restore(cairo)
  }
}
