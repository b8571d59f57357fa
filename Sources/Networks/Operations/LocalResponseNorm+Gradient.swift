import Foundation

extension LocalResponseNorm: Differentiable {
  public static var backwardReads: BackwardReads { .inputs }

  public func backward(_ io: TrainingIO) {
    let channels = io.outputShape.channels
    io.addInputGradient { image, dx in
      for pixel in 0..<io.outputShape.pixels {
        let at = pixel * channels
        addPixel(io.input(0, image) + at, io.gradient(image) + at, channels, dx + at)
      }
    }
  }

  private func addPixel(
    _ x: UnsafePointer<Float>, _ dy: UnsafePointer<Float>, _ channels: Int, _ dx: UnsafeMutablePointer<Float>
  ) {
    for c in 0..<channels {
      let window = max(c - size / 2, 0)..<min(c - size / 2 + size, channels)
      let scale = k + alpha * window.reduce(Float(0)) { $0 + x[$1] * x[$1] } / Float(size)
      dx[c] += dy[c] / pow(scale, beta)
      let shared = 2 * alpha * beta / Float(size) * dy[c] * x[c] / pow(scale, beta + 1)
      for i in window { dx[i] -= shared * x[i] }
    }
  }
}
