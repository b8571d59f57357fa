import Networks
import Recognition

extension Model {
  /// What `heads` (the graph's names) say of each image of `set` in each of `views` views that `draw` gives: logits in the
  /// network's order, view after view, image after image.
  ///
  /// `progress` is told how many images are done.
  /// - Throws: `ExecutorError` where weights do not fit.
  public func logits(
    of heads: [String], on set: FaceDataSet, views: Int, pool: ThreadPool,
    progress: (Int) -> Void = { _ in }, draw: @escaping @Sendable (_ image: Int, _ view: Int) -> AugmentationSample
  ) throws(ExecutorError) -> [[Float]] {
    let batch = max(1, min(64, 64 * 48 * 48 / input.shape.pixels))
    let executor = try Executor(graph: graph, weights: weights, batch: batch, pool: pool, packed: packed)
    let preprocessor = ImagePreprocessor(source: set.shape, input: input)
    let jobs = set.count * views
    var answers = Array(repeating: [Float](), count: heads.count)
    for start in stride(from: 0, to: jobs, by: batch) {
      let part = start..<min(start + batch, jobs)
      preprocessor.fill(executor.input, set, part, views: views, pool: pool, draw)
      executor.run(batch: part.count)
      for (place, head) in heads.enumerated() {
        let output = executor.output(head)!
        answers[place] += output.prefix(output.count / batch * part.count)
      }
      progress(part.upperBound / views)
    }
    return answers
  }
}

extension ImagePreprocessor {
  /// Writes views `part`, counted over all images, as a network sees them.
  fileprivate func fill(
    _ inputs: UnsafeMutableBufferPointer<Float>, _ set: FaceDataSet, _ part: Range<Int>, views: Int, pool: ThreadPool,
    _ draw: @Sendable (_ image: Int, _ view: Int) -> AugmentationSample
  ) {
    let base = inputs.baseAddress!
    set.pixels.withUnsafeBufferPointer { pixels in
      pool.run(parts: part.count) { place, _ in
        let (image, view) = (part.lowerBound + place).quotientAndRemainder(dividingBy: views)
        crop(
          pixels.baseAddress! + image * set.shape.count, draw(image, view), into: base + place * target.count)
      }
    }
  }
}
