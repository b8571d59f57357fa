import Foundation
import TestSupport

@testable import Core
@testable import Faces

/// Grey pixels in memory; the same ones that OpenCV gets.
final class GreyImage {
  let width: Int
  let height: Int
  let pixels: UnsafeMutablePointer<UInt8>

  init(width: Int, height: Int, pixels: Data) {
    precondition(pixels.count == width * height)
    self.width = width
    self.height = height
    self.pixels = .allocate(capacity: width * height)
    pixels.copyBytes(to: self.pixels, count: pixels.count)
  }

  /// Grey all over.
  convenience init(width: Int, height: Int) {
    self.init(width: width, height: height, pixels: Data(repeating: 128, count: width * height))
  }

  deinit { pixels.deallocate() }

  var luma: LumaPlane { LumaPlane(base: pixels, width: width, height: height, stride: width) }

  /// Decodes images with OpenCV: an image every `every`-th of `paths`.
  static func decode(_ paths: [String]) throws -> [GreyImage] {
    let script = """
      import cv2, sys
      for path in sys.argv[1:]:
        grey = cv2.imread(path, cv2.IMREAD_GRAYSCALE)
        sys.stdout.buffer.write(b"%8d%8d" % (grey.shape[1], grey.shape[0]))
        sys.stdout.buffer.write(grey.tobytes())
      """
    var data = try Python.run(script, paths)[...]
    return paths.map { _ in
      let sides = [data.prefix(8), data.dropFirst(8).prefix(8)].map {
        Int(String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespaces))!
      }
      data = data.dropFirst(16)
      let pixels = data.prefix(sides[0] * sides[1])
      data = data.dropFirst(pixels.count)
      return GreyImage(width: sides[0], height: sides[1], pixels: Data(pixels))
    }
  }
}
