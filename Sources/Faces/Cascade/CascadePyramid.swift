/// The sizes at which a cascade looks at an image.
struct CascadePyramid {
  struct Level: Hashable {
    /// Pixels of the image to one of the level.
    var scale: Float
    var width: Int
    var height: Int
    /// Columns and rows from one window to the next.
    var step: Int { scale >= 2 ? 1 : 2 }
  }

  let levels: [Level]
  /// OpenCV shares rows out in so many stripes; the last rows may belong to none.
  let stripes: Int

  init(_ cascade: Cascade, _ options: CascadeOptions, width: Int, height: Int) {
    let scales = Self.scales(cascade, options, width: width, height: height)
    levels = scales.map {
      Level(scale: $0, width: Self.round(Float(width) / $0), height: Self.round(Float(height) / $0))
    }
    let columns = levels.first.map { $0.width + 1 - cascade.windowWidth } ?? 0
    stripes = (max(columns, 0) + 31) / 32
  }

  /// Rows of windows that are looked at: the first `rows`, in steps.
  func rows(of level: Level, windowHeight: Int) -> Int {
    let height = max(level.height + 1 - windowHeight, 0)
    guard stripes > 0 else { return 0 }
    let stripe = max((height / level.step + stripes - 1) / stripes, 1) * level.step
    return min(stripe * stripes, height)
  }

  static func round(_ value: Float) -> Int { Int(value.rounded(.toNearestOrEven)) }

  private static func scales(_ cascade: Cascade, _ options: CascadeOptions, width: Int, height: Int)
    -> [Float]
  {
    var all: [Float] = []
    var factor = 1.0
    func side(_ side: Int, _ scale: Double) -> Int {
      Int((Double(side) * scale).rounded(.toNearestOrEven))
    }
    while side(cascade.windowWidth, factor) <= width, side(cascade.windowHeight, factor) <= height {
      all.append(Float(factor))
      factor *= options.scaleFactor
    }
    return all.filter {
      let (w, h) = (side(cascade.windowWidth, Double($0)), side(cascade.windowHeight, Double($0)))
      return w >= options.minSize && h >= options.minSize && w <= options.maxSize
        && h <= options.maxSize
    }
  }
}
