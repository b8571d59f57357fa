import Core

/// Lights up the dark parts of frames, in which people see faces that detectors do not. Keeps its memory.
final class Brightener {
  private var bytes: [UInt8] = []
  /// Grey values of dark parts, and the share of a frame from which on they are worth a look of their own. What is darker is black.
  private static let (dark, share) = (8..<64, 0.08)
  /// Contrast of dark parts in the brightened frame, by their own.
  private static let gain = 4

  /// Calls `body` with a frame in which dark parts have the contrast of others; nil where there are hardly any.
  func withBrightened<Result>(_ luma: LumaPlane, _ body: (LumaPlane) throws -> Result) rethrows -> Result? {
    guard Self.isDark(luma) else { return nil }
    let (width, height) = (luma.width, luma.height)
    if bytes.count != width * height { bytes = Array(repeating: 0, count: width * height) }
    return try bytes.withUnsafeMutableBufferPointer { buffer in
      let base = buffer.baseAddress!
      for y in 0..<height {
        let (source, line) = (luma.base + y * luma.stride, base + y * width)
        for x in 0..<width { line[x] = UInt8(truncatingIfNeeded: min(Int(source[x]) &* Self.gain, 255)) }
      }
      return try body(LumaPlane(base: base, width: width, height: height, stride: width))
    }
  }

  /// Judged by each eighth pixel of each eighth row.
  private static func isDark(_ luma: LumaPlane) -> Bool {
    var (count, all) = (0, 0)
    for y in stride(from: 0, to: luma.height, by: 8) {
      for x in stride(from: 0, to: luma.width, by: 8) {
        if dark.contains(Int(luma.base[y * luma.stride + x])) { count += 1 }
        all += 1
      }
    }
    return Double(count) >= share * Double(all)
  }
}
