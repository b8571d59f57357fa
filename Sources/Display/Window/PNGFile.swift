import CCairo
import Core

/// A frame as the bytes of a PNG file.
public func pngFile(of frame: any Frame) throws(DisplayError) -> [UInt8] {
  let sink = ByteSink()
  var pixels = [UInt8](repeating: 0, count: frame.width * frame.height * 4)
  let status = pixels.withUnsafeMutableBufferPointer { pixels in
    frame.copyPixels(to: pixels.baseAddress!, stride: frame.width * 4)
    let surface = cairo_image_surface_create_for_data(
      pixels.baseAddress, CAIRO_FORMAT_RGB24, Int32(frame.width), Int32(frame.height), Int32(frame.width * 4))
    defer { cairo_surface_destroy(surface) }
    return cairo_surface_write_to_png_stream(surface, ByteSink.write, Unmanaged.passUnretained(sink).toOpaque())
  }
  guard status == CAIRO_STATUS_SUCCESS else {
    throw .notDrawn(detail: String(cString: cairo_status_to_string(status)))
  }
  return sink.bytes
}
