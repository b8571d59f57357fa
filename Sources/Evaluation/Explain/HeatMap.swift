/// How much each place of what a network sees matters to a class.
public struct HeatMap: Hashable, Sendable, Encodable {
  /// Columns.
  public let width: Int
  /// Rows.
  public let height: Int
  /// Row by row; 0 for nothing.
  public let values: [Float]

  /// A map of `height` rows of `width` values.
  public init(width: Int, height: Int, values: [Float]) {
    precondition(width > 0 && height > 0 && values.count == width * height)
    (self.width, self.height, self.values) = (width, height, values)
  }

  /// Between 0 and 1: divided by the value that `part` of all values do not exceed, and cut off there.
  public func scaled(part: Double = 1) -> HeatMap {
    let sorted = values.sorted()
    let most = sorted[min(Int((Double(sorted.count) * part).rounded(.up)), sorted.count) - 1]
    return HeatMap(width: width, height: height, values: values.map { most > 0 ? min(max($0 / most, 0), 1) : 0 })
  }

  /// The map on a grid of other size, by linear interpolation between the middles of its cells.
  public func resized(width: Int, height: Int) -> HeatMap {
    let columns = HeatMap.targetLayers(from: self.width, to: width)
    let rows = HeatMap.targetLayers(from: self.height, to: height)
    var result: [Float] = []
    result.reserveCapacity(width * height)
    for row in rows {
      for column in columns {
        let upper = mix(column, row: row.low)
        result.append(upper + (mix(column, row: row.high) - upper) * row.share)
      }
    }
    return HeatMap(width: width, height: height, values: result)
  }

  /// The mean of maps of one size.
  public static func mean(_ maps: [HeatMap]) -> HeatMap {
    precondition(maps.allSatisfy { $0.width == maps[0].width && $0.height == maps[0].height })
    let values = maps[0].values.indices.map { place in
      maps.reduce(Float(0)) { $0 + $1.values[place] } / Float(maps.count)
    }
    return HeatMap(width: maps[0].width, height: maps[0].height, values: values)
  }

  private func mix(_ column: (low: Int, high: Int, share: Float), row: Int) -> Float {
    let (left, right) = (values[row * width + column.low], values[row * width + column.high])
    return left + (right - left) * column.share
  }

  private static func targetLayers(from: Int, to: Int) -> [(low: Int, high: Int, share: Float)] {
    (0..<to).map { place in
      let at = max(0, (Float(place) + 0.5) * Float(from) / Float(to) - 0.5)
      let low = min(Int(at), from - 1)
      return (low, min(low + 1, from - 1), at - Float(low))
    }
  }
}
