import Networks

/// What a model sees: the middle of a grey crop of the face, shifted and scaled.
public struct ModelInput: Hashable, Sendable {
  /// Extent of the network's input; grey is repeated into all channels.
  public var shape: Shape
  /// Sides of the square crop of the face, in pixels; the network sees its middle.
  public var crop: Int
  /// Subtracted from pixels (0 to 255); one a channel.
  public var mean: [Float]
  /// Then divided by; one a channel.
  public var std: [Float]

  /// Sees the middle `shape` of a crop of `crop` pixels; by default 48, or all of a larger input.
  public init(shape: Shape, crop: Int? = nil, mean: [Float] = [0], std: [Float] = [255]) {
    self.shape = shape
    self.crop = crop ?? max(48, shape.height, shape.width)
    self.mean = ModelInput.spread(mean, over: shape.channels)
    self.std = ModelInput.spread(std, over: shape.channels)
  }

  private static func spread(_ values: [Float], over channels: Int) -> [Float] {
    values.count == 1 ? Array(repeating: values[0], count: channels) : values
  }

  /// Writes what the network sees of `pixels` (`crop` x `crop`, one byte each, full range), or of their mirror image, to `output`, NHWC.
  public func write(_ pixels: UnsafePointer<UInt8>, isMirrored: Bool = false, to output: UnsafeMutablePointer<Float>) {
    let (top, left) = ((crop - shape.height) / 2, (crop - shape.width) / 2)
    var at = 0
    for row in top..<(top + shape.height) {
      for column in left..<(left + shape.width) {
        let pixel = pixels[row * crop + (isMirrored ? crop - 1 - column : column)]
        write(grey: Float(pixel), to: output + at)
        at += shape.channels
      }
    }
  }

  /// Writes what the network sees of one pixel of `grey` (0 to 255) to all channels at `output`: the only place where pixels become
  /// inputs, for recognition, training, evaluation and explanation alike.
  @inlinable
  public func write(grey: Float, to output: UnsafeMutablePointer<Float>) {
    for channel in 0..<shape.channels { output[channel] = (grey - mean[channel]) / std[channel] }
  }
}
