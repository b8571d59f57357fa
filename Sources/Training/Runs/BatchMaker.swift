import Networks
import Recognition

/// Turns images into a network's inputs on all threads: augmentation takes about one percent of a step, so it shares the
/// step's threads instead of contending with them.
struct BatchMaker {
  let set: FaceDataSet
  let preprocessor: ImagePreprocessor
  let augmentation: Augmentation
  let pool: ThreadPool

  init(_ set: FaceDataSet, _ configuration: TrainingConfiguration, input: Shape, pool: ThreadPool) {
    self.set = set
    self.pool = pool
    augmentation = configuration.augmentation
    preprocessor = ImagePreprocessor(
      source: set.shape,
      input: ModelInput(shape: input, mean: [Float(configuration.mean)], std: [Float(configuration.deviation)]))
  }

  /// Writes the images at `indices`; changed at random where there is a `seed`.
  func fill(_ input: UnsafeMutableBufferPointer<Float>, _ indices: [Int], seed: (run: Int, epoch: Int)?) {
    let base = input.baseAddress!
    let count = preprocessor.target.count
    set.pixels.withUnsafeBufferPointer { pixels in
      pool.run(parts: indices.count) { part, _ in
        let index = indices[part]
        var draw = AugmentationSample()
        if let seed {
          var random = RandomStream(seed.run, seed.epoch, index)
          draw = augmentation.draw(&random)
        }
        preprocessor.crop(pixels.baseAddress! + index * set.shape.count, draw, into: base + part * count)
      }
    }
  }
}
