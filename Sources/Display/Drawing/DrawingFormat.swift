import CCairo
import Foundation

/// A file format of charts. The row of a format: its ending, and the Cairo surface that writes it.
public enum DrawingFormat: String, CaseIterable, Sendable {
  /// Scalable vector graphics.
  case svg
  /// Pixels.
  case png
  /// Portable document format, one page.
  case pdf

  /// The format that a file's ending names.
  /// - Throws: `DisplayError.unknownDrawingFormat`.
  public init(path: String) throws(DisplayError) {
    let ending = (path as NSString).pathExtension.lowercased()
    guard let format = Self(rawValue: ending) else {
      throw .unknownDrawingFormat(path: path, known: Self.allCases.map { ".\($0.rawValue)" })
    }
    self = format
  }
}

/// A drawing of `width` x `height` units, the same for all formats: vectors where the format has them, text included.
struct Drawing {
  let width: Double
  let height: Double
  let draw: (Canvas) -> Void

  /// Pixels of a PNG for a unit; and the most pixels that Cairo takes on a side.
  private static let pixelsPerUnit = 2.0
  private static let mostPixels = 32_000.0

  /// The file's bytes: the same for the same drawing, whenever and wherever it is made.
  func bytes(as format: DrawingFormat) throws(DisplayError) -> [UInt8] {
    let sink = ByteSink()
    let context = Unmanaged.passUnretained(sink).toOpaque()
    let status =
      switch format {
      case .svg: finish(cairo_svg_surface_create_for_stream(ByteSink.write, context, width, height))
      case .pdf: finish(undated(cairo_pdf_surface_create_for_stream(ByteSink.write, context, width, height)))
      case .png: png(to: context)
      }
    guard status == CAIRO_STATUS_SUCCESS else {
      throw .notDrawn(detail: String(cString: cairo_status_to_string(status)))
    }
    return format == .svg ? Self.withoutSurfaceNumber(sink.bytes) : sink.bytes
  }

  private func finish(_ surface: OpaquePointer?) -> cairo_status_t {
    paint(on: surface, scale: 1)
    cairo_surface_finish(surface)
    defer { cairo_surface_destroy(surface) }
    return cairo_surface_status(surface)
  }

  private func png(to context: UnsafeMutableRawPointer) -> cairo_status_t {
    let scale = min(Self.pixelsPerUnit, Self.mostPixels / max(width, height))
    let surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, Int32(width * scale), Int32(height * scale))
    defer { cairo_surface_destroy(surface) }
    paint(on: surface, scale: scale)
    return cairo_surface_write_to_png_stream(surface, ByteSink.write, context)
  }

  private func paint(on surface: OpaquePointer?, scale: Double) {
    let cairo = cairo_create(surface)!
    cairo_scale(cairo, scale, scale)
    draw(Canvas(cairo: cairo))
    cairo_destroy(cairo)
  }

  /// A date would make every file differ.
  private func undated(_ surface: OpaquePointer?) -> OpaquePointer? {
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, "2000-01-01T00:00:00Z")
    return surface
  }

  /// Cairo names an SVG's groups by the number of surfaces that the process has made so far.
  private static func withoutSurfaceNumber(_ bytes: [UInt8]) -> [UInt8] {
    let text = String(decoding: bytes, as: UTF8.self)
    return Array(text.replacing(/id="surface\d+"/, with: "id=\"drawing\"").utf8)
  }
}

/// Collects what Cairo writes.
final class ByteSink {
  var bytes: [UInt8] = []

  static let write: cairo_write_func_t = { context, data, count in
    let sink = Unmanaged<ByteSink>.fromOpaque(context!).takeUnretainedValue()
    sink.bytes.append(contentsOf: UnsafeBufferPointer(start: data, count: Int(count)))
    return CAIRO_STATUS_SUCCESS
  }
}
