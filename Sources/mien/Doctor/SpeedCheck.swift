import Core
import Recognition

/// How long the default detector and networks take on one thread, milliseconds: the best of some tries.
struct SpeedCheck {
  /// For a grey image of 640x480 with some texture.
  let detection: Double
  /// For a face, looked at as the default networks do.
  let face: Double

  private static let tries = 5
  private static let (width, height) = (640, 480)

  /// - Throws: what loading them throws.
  init() throws {
    let detector = try DetectorLibrary().load("default")
    let ensemble = try ModelLibrary().ensemble().ensemble
    let pixels = (0..<Self.width * Self.height).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 13 & 127) }
    detection = pixels.withUnsafeBufferPointer { pixels in
      let image = LumaPlane(base: pixels.baseAddress!, width: Self.width, height: Self.height, stride: Self.width)
      return Self.best { _ = detector.detect(in: image) }
    }
    let crops = ensemble.cropSizes.map { Array(pixels[0..<$0 * $0]) }
    face = try Self.best { _ = try ensemble.classify([crops]) }
  }

  private static func best(_ body: () throws -> Void) rethrows -> Double {
    let clock = SystemClock()
    var best = Double.infinity
    for _ in 0..<tries {
      let begin = clock.now()
      try body()
      best = min(best, clock.now() - begin)
    }
    return best * 1000
  }
}
