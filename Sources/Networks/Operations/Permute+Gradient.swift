extension Permute: Differentiable {
  public static var backwardReads: BackwardReads { [] }

  public func backward(_ io: TrainingIO) {
    let runs = runs
    io.addInputGradient { image, dx in
      var dy = UnsafePointer(io.gradient(image))
      for start in runs.starts {
        for i in 0..<runs.length { dx[start + i * runs.step] += dy[i] }
        dy += runs.length
      }
    }
  }
}
