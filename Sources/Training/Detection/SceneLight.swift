import Foundation
import Networks

/// Random light on a scene and what a camera makes of it: a slope of brightness, gamma, contrast, darkness, blur, noise, 8 bits.
struct SceneLight {
  private var contrast: Float = 1
  private var brightness: Float = 0
  private var gamma: Float = 1
  private var slope: (across: Float, down: Float) = (0, 0)
  private var noise: Float = 0
  private var blurs = 0

  init(_ random: inout RandomStream, _ augmentation: Augmentation) {
    if random.uniform() < 0.7 {
      contrast = 1 + augmentation.contrast * random.signed()
      brightness = 255 * augmentation.brightness * random.signed()
    }
    if random.uniform() < 0.4 { gamma = exp(0.7 * random.signed()) }
    if random.uniform() < 0.06 { contrast *= random.uniform(0.12...0.5) }
    if random.uniform() < 0.15 { slope = (0.6 * random.signed(), 0.6 * random.signed()) }
    if random.uniform() < 0.15 { noise = 14 * random.uniform() }
    if random.uniform() < 0.12 { blurs = 1 + Int(random.next() % 3) }
  }

  func apply(to canvas: SceneCanvas, _ random: inout RandomStream) {
    for _ in 0..<blurs { blur(canvas) }
    let table = (0...255).map { tone(Float($0)) }
    let side = canvas.side
    for row in 0..<side {
      let line = canvas.pixels + row * side
      let down = slope.down * (Float(row) / Float(side) - 0.5)
      for column in 0..<side {
        let light = 1 + down + slope.across * (Float(column) / Float(side) - 0.5)
        var grey = table[Int(min(max(line[column], 0), 255))] * light
        if noise > 0 { grey += noise * (random.signed() + random.signed()) }
        line[column] = min(max(grey.rounded(), 0), 255)
      }
    }
  }

  private func tone(_ grey: Float) -> Float {
    // Contrast about the middle where it grows or falls a little; about black where little light is left.
    let base = 255 * pow(grey / 255, gamma)
    return (contrast < 0.5 ? base * contrast : (base - 128) * contrast + 128) + brightness
  }

  /// Means of 3 x 3 pixels' cross: about a Gaussian of 0.7 pixels.
  private func blur(_ canvas: SceneCanvas) {
    let side = canvas.side
    let old = Array(UnsafeBufferPointer(start: canvas.pixels, count: side * side))
    old.withUnsafeBufferPointer { old in
      for row in 1..<side - 1 {
        for column in 1..<side - 1 {
          let i = row * side + column
          canvas.pixels[i] = (2 * old[i] + old[i - 1] + old[i + 1] + old[i - side] + old[i + side]) / 6
        }
      }
    }
  }
}
