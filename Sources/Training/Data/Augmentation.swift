import Foundation
import Networks
import Recognition

/// Random changes of a training image, all drawn from one seeded stream an image.
public struct Augmentation: Sendable, Hashable {
  /// Largest rotation, degrees either way.
  public var rotation: Float = 0
  /// Largest change of scale, as a part of 1.
  public var scale: Float = 0
  /// Largest shift in each direction, as a part of the crop's side.
  public var shift: Float = 0
  /// Probability of a mirror image.
  public var flip: Float = 0
  /// Largest change of brightness, as a part of 255.
  public var brightness: Float = 0
  /// Largest change of contrast, as a part of 1.
  public var contrast: Float = 0
  /// Probability of an erased rectangle (Zhong et al., 2017).
  public var erase: Float = 0
  /// Sides of an erased rectangle in pixels of a 48x48 image.
  public var eraseSides: ClosedRange<Float> = 6...15

  /// No change.
  public init() {}

  /// One draw.
  public func draw(_ random: inout RandomStream) -> AugmentationSample {
    AugmentationSample(
      angle: rotation * random.signed() * .pi / 180, zoom: 1 + scale * random.signed(),
      shiftX: shift * random.signed(), shiftY: shift * random.signed(), flipped: random.uniform() < flip,
      brightness: 255 * brightness * random.signed(), contrast: 1 + contrast * random.signed(),
      erased: random.uniform() < erase, eraseHeight: random.uniform(eraseSides), eraseWidth: random.uniform(eraseSides),
      eraseX: random.uniform(), eraseY: random.uniform())
  }
}

/// One draw of an `Augmentation`; as it is made, no change.
public struct AugmentationSample: Sendable, Hashable {
  var angle: Float = 0
  var zoom: Float = 1
  var shiftX: Float = 0
  var shiftY: Float = 0
  var flipped = false
  var brightness: Float = 0
  var contrast: Float = 1
  var erased = false
  var eraseHeight: Float = 0
  var eraseWidth: Float = 0
  var eraseX: Float = 0
  var eraseY: Float = 0
}

extension AugmentationSample {
  /// No change.
  public static let none = AugmentationSample()

  /// Mirrored or not, and shifted by parts of the crop's side.
  public init(flipped: Bool, shiftX: Float = 0, shiftY: Float = 0) {
    (self.flipped, self.shiftX, self.shiftY) = (flipped, shiftX, shiftY)
  }
}

/// Turns a grey image into a network's input: the middle crop where the input is smaller than the image, else the whole
/// image resized (bilinear, edges repeated); then shifted and scaled as `ModelInput` says.
public struct ImagePreprocessor: Sendable {
  /// Extent of the images.
  let source: Shape
  /// What the network sees.
  let input: ModelInput
  /// Extent of the network's input.
  var target: Shape { input.shape }

  /// From images of `source` to inputs as `input` says.
  public init(source: Shape, input: ModelInput) { (self.source, self.input) = (source, input) }

  /// Writes one input.
  public func crop(_ image: UnsafePointer<UInt8>, _ draw: AugmentationSample, into output: UnsafeMutablePointer<Float>)
  {
    let map = affine(draw)
    for row in 0..<target.height {
      for column in 0..<target.width {
        let x = map.x0 + map.xx * Float(column) + map.xy * Float(row)
        let y = map.y0 + map.yx * Float(column) + map.yy * Float(row)
        let grey = (sample(image, x, y) - 128) * draw.contrast + 128 + draw.brightness
        input.write(grey: min(max(grey, 0), 255), to: output + (row * target.width + column) * target.channels)
      }
    }
    if draw.erased { erase(draw, output) }
  }

  private struct Affine { var x0, xx, xy, y0, yx, yy: Float }

  /// From a pixel of the input to a place in the image; pixel centres are whole numbers.
  private func affine(_ draw: AugmentationSample) -> Affine {
    let ratio = max(1, max(Float(target.height) / Float(source.height), Float(target.width) / Float(source.width)))
    let step = 1 / (ratio * draw.zoom)
    let (c, s) = (step * Foundation.cos(draw.angle), step * Foundation.sin(draw.angle))
    let mirror: Float = draw.flipped ? -1 : 1
    let (centreX, centreY) = (Float(target.width - 1) / 2, Float(target.height - 1) / 2)
    let shiftX = draw.shiftX * Float(target.width) / ratio
    let shiftY = draw.shiftY * Float(target.height) / ratio
    let (middleX, middleY) = (Float(source.width - 1) / 2 + shiftX, Float(source.height - 1) / 2 + shiftY)
    return Affine(
      x0: middleX - mirror * c * centreX + s * centreY, xx: mirror * c, xy: -s,
      y0: middleY - mirror * s * centreX - c * centreY, yx: mirror * s, yy: c)
  }

  private func sample(_ image: UnsafePointer<UInt8>, _ x: Float, _ y: Float) -> Float {
    let x = min(max(x, 0), Float(source.width - 1))
    let y = min(max(y, 0), Float(source.height - 1))
    let (left, top) = (Int(x), Int(y))
    let right = min(left + 1, source.width - 1)
    let below = min(top + 1, source.height - 1) * source.width
    let (fx, fy) = (x - Float(left), y - Float(top))
    let above = top * source.width
    let upper = Float(image[above + left]) * (1 - fx) + Float(image[above + right]) * fx
    let lower = Float(image[below + left]) * (1 - fx) + Float(image[below + right]) * fx
    return upper * (1 - fy) + lower * fy
  }

  /// Sets a rectangle to the mean, 0 after normalisation.
  private func erase(_ draw: AugmentationSample, _ output: UnsafeMutablePointer<Float>) {
    let unit = max(1, Float(target.height) / Float(source.height))
    let height = min(Int(draw.eraseHeight * unit), target.height)
    let width = min(Int(draw.eraseWidth * unit), target.width)
    let top = Int(draw.eraseY * Float(target.height - height + 1))
    let left = Int(draw.eraseX * Float(target.width - width + 1))
    for row in top..<top + height {
      let start = (row * target.width + left) * target.channels
      (output + start).update(repeating: 0, count: width * target.channels)
    }
  }
}
