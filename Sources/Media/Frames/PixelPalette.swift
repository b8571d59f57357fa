/// 256 colours for a frame, by median cut over a histogram of 32 x 32 x 32 cells (Heckbert 1982).
struct PixelPalette {
  /// Colours as 0xAARRGGBB.
  private(set) var colours: [UInt32] = []
  /// Mean squared distance, of the frame that it was made for.
  private(set) var error = 0.0
  /// Nearest colour for each cell, found when first asked for.
  private var nearest = [Int16](repeating: -1, count: 1 << 15)

  /// For the colours of `histogram`.
  init(_ histogram: ColourHistogram) {
    var boxes = [ColourBox(cells: histogram.filled, histogram)]
    while boxes.count < 256,
      let index = boxes.indices.filter({ boxes[$0].cells.count > 1 }).max(by: { boxes[$0].weight < boxes[$1].weight })
    {
      let (low, high) = boxes[index].halves(histogram)
      boxes[index] = low
      boxes.append(high)
    }
    colours = boxes.map { $0.mean(histogram) }
    error = distance(to: histogram)
  }

  /// Mean squared distance of the colours of `histogram` to the palette.
  mutating func distance(to histogram: ColourHistogram) -> Double {
    var (sum, count) = (0.0, 0)
    for cell in histogram.filled {
      sum += Double(histogram.counts[cell]) * Double(squaredDistance(cell, Int(index(cell))))
      count += histogram.counts[cell]
    }
    return sum / Double(max(count, 1))
  }

  /// Number of the colour nearest to `cell`.
  @inline(__always)
  mutating func index(_ cell: Int) -> UInt8 {
    if nearest[cell] < 0 { nearest[cell] = Int16(search(cell)) }
    return UInt8(truncatingIfNeeded: nearest[cell])
  }

  private func search(_ cell: Int) -> Int {
    colours.indices.min { squaredDistance(cell, $0) < squaredDistance(cell, $1) }!
  }

  private func squaredDistance(_ cell: Int, _ index: Int) -> Int {
    let (colour, value) = (colours[index], ColourHistogram.middle(cell))
    let red = Int(colour >> 16 & 255) - value.0
    let green = Int(colour >> 8 & 255) - value.1
    let blue = Int(colour & 255) - value.2
    return red * red * 2 + green * green * 4 + blue * blue
  }
}

/// How often the colours of a frame occur, in cells of 8 steps.
struct ColourHistogram {
  /// Pixels of each cell.
  private(set) var counts = [Int](repeating: 0, count: 1 << 15)
  private var sums = [(Int, Int, Int)](repeating: (0, 0, 0), count: 1 << 15)
  /// Cells that occur.
  private(set) var filled: [Int] = []

  /// Counts a pixel.
  @inline(__always)
  mutating func add(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
    let cell = ColourHistogram.cell(Int(red), Int(green), Int(blue))
    if counts[cell] == 0 { filled.append(cell) }
    counts[cell] += 1
    sums[cell].0 += Int(red)
    sums[cell].1 += Int(green)
    sums[cell].2 += Int(blue)
  }

  /// Sum of the colours of a cell.
  func sum(_ cell: Int) -> (Int, Int, Int) { sums[cell] }

  /// The cell of a colour.
  @inline(__always)
  static func cell(_ red: Int, _ green: Int, _ blue: Int) -> Int { (red >> 3) << 10 | (green >> 3) << 5 | blue >> 3 }

  /// The colour in the middle of a cell.
  static func middle(_ cell: Int) -> (Int, Int, Int) {
    ((cell >> 10) * 8 + 4, (cell >> 5 & 31) * 8 + 4, (cell & 31) * 8 + 4)
  }
}

/// Cells that share a colour.
private struct ColourBox {
  let cells: [Int]
  /// What cutting it is worth: pixels times the square of its longest side.
  let weight: Int
  private let axis: Int

  init(cells: [Int], _ histogram: ColourHistogram) {
    self.cells = cells
    let sides = [10, 5, 0].map { shift in
      let values = cells.lazy.map { $0 >> shift & 31 }
      return (values.max() ?? 0) - (values.min() ?? 0)
    }
    let longest = sides.max() ?? 0
    axis = [10, 5, 0][sides.firstIndex(of: longest) ?? 0]
    weight = cells.reduce(0) { $0 + histogram.counts[$1] } * longest * longest
  }

  /// Two boxes of about as many pixels, cut across the longest side.
  func halves(_ histogram: ColourHistogram) -> (ColourBox, ColourBox) {
    let sorted = cells.sorted { ($0 >> axis & 31, $0) < ($1 >> axis & 31, $1) }
    let half = cells.reduce(0) { $0 + histogram.counts[$1] } / 2
    var (count, cut) = (0, 0)
    while cut < sorted.count - 1, count < half || cut == 0 {
      count += histogram.counts[sorted[cut]]
      cut += 1
    }
    return (ColourBox(cells: Array(sorted[..<cut]), histogram), ColourBox(cells: Array(sorted[cut...]), histogram))
  }

  func mean(_ histogram: ColourHistogram) -> UInt32 {
    var (red, green, blue, count) = (0, 0, 0, 0)
    for cell in cells {
      let sum = histogram.sum(cell)
      (red, green, blue) = (red + sum.0, green + sum.1, blue + sum.2)
      count += histogram.counts[cell]
    }
    let divisor = max(count, 1)
    return 0xff00_0000 | UInt32(red / divisor) << 16 | UInt32(green / divisor) << 8 | UInt32(blue / divisor)
  }
}
