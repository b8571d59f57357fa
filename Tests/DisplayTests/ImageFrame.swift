import CCairo
import Core
import Foundation
import TestSupport

/// A frame in plain memory, BGRX rows, for tests. One thread at a time uses it.
final class ImageFrame: Frame, @unchecked Sendable {
  let index = 0
  let time = 0.0
  let width: Int
  let height: Int
  let pixelAspect: Double
  private(set) var pixels: [UInt8]

  init(width: Int, height: Int, pixelAspect: Double = 1, pixels: [UInt8]) {
    precondition(pixels.count == width * height * 4)
    self.width = width
    self.height = height
    self.pixelAspect = pixelAspect
    self.pixels = pixels
  }

  convenience init(width: Int, height: Int, pixelAspect: Double = 1, grey: UInt8) {
    self.init(
      width: width, height: height, pixelAspect: pixelAspect,
      pixels: [UInt8](repeating: grey, count: width * height * 4))
  }

  var luma: LumaPlane { fatalError("drawing does not read luma") }

  func read(_ region: PixelRect) -> Patch {
    var copy = [UInt8](repeating: 0, count: region.width * region.height * 4)
    forEachPixel(of: region) { from, to in
      for channel in 0..<3 { copy[to + channel] = pixels[from + channel] }
    }
    for alpha in stride(from: 3, to: copy.count, by: 4) { copy[alpha] = 255 }
    return Patch(rect: region, pixels: copy)
  }

  func blend(_ patch: Patch) {
    forEachPixel(of: patch.rect) { at, from in
      let through = 255 - Int(patch.pixels[from + 3])
      for channel in 0..<3 {
        let below = (Int(pixels[at + channel]) * through + 127) / 255
        pixels[at + channel] = UInt8(min(below + Int(patch.pixels[from + channel]), 255))
      }
    }
  }

  /// Red, green, blue, 0 to 255.
  func color(_ x: Int, _ y: Int) -> [Int] {
    let at = (y * width + x) * 4
    return [Int(pixels[at + 2]), Int(pixels[at + 1]), Int(pixels[at])]
  }

  private func forEachPixel(of rect: PixelRect, _ body: (_ inFrame: Int, _ inPatch: Int) -> Void) {
    for y in max(rect.y, 0)..<max(min(rect.y + rect.height, height), max(rect.y, 0)) {
      for x in max(rect.x, 0)..<max(min(rect.x + rect.width, width), max(rect.x, 0)) {
        body((y * width + x) * 4, ((y - rect.y) * rect.width + x - rect.x) * 4)
      }
    }
  }
}

/// Frames for people to look at: written where `MIEN_LOOK` names a folder.
func look(_ frame: ImageFrame, _ name: String) {
  guard let folder = ProcessInfo.processInfo.environment["MIEN_LOOK"] else { return }
  var pixels = frame.pixels
  let surface = cairo_image_surface_create_for_data(
    &pixels, CAIRO_FORMAT_RGB24, Int32(frame.width), Int32(frame.height), Int32(frame.width * 4))
  cairo_surface_write_to_png(surface, "\(folder)/\(name).png")
  cairo_surface_destroy(surface)
}

/// The frame at `time` of a video, through the ffmpeg program, scaled to `width` x `height`.
func decoded(_ file: URL, at time: Double, width: Int, height: Int) throws -> ImageFrame {
  let arguments = ["ffmpeg", "-loglevel", "error", "-ss", "\(time)", "-i", file.path, "-frames:v", "1"]
  let frame = try Tool.run(
    "/usr/bin/env", arguments + ["-vf", "scale=\(width):\(height)", "-f", "rawvideo", "-pix_fmt", "bgra", "-"])
  return ImageFrame(width: width, height: height, pixels: [UInt8](frame.output))
}

/// The sample clip, which is in the repository.
let sampleClip = TestData.packageRoot.appendingPathComponent("samples/portraits.mp4")
