/// Where the entries of integral planes stand in memory: `height` + 1 rows of `width` + 1 entries.
public struct IntegralLayout: Hashable, Sendable {
  /// Entries from one row to the next.
  public let stride: Int
  /// Entries from one plane to the next.
  public let plane: Int
  /// Whether a row holds its even columns first and its odd ones behind them, so that windows that start at every
  /// second column read neighbouring entries.
  public let isSplit: Bool

  /// Entries beyond a row's end that may be read (never used) by blocks of windows.
  static let slack = 32

  /// For pictures of up to `width` x `height` pixels.
  public init(width: Int, height: Int, isSplit: Bool) {
    let half = (width / 2 + 1 + Self.slack + 15) / 16 * 16
    stride = half * 2
    plane = stride * (height + 1)
    self.isSplit = isSplit
  }

  /// Where column `x` of row `y` stands, from the place of an even column and row.
  public func offset(x: Int, y: Int, plane index: Int = 0) -> Int {
    let row = index * plane + y * stride
    return isSplit ? row + (x & 1) * (stride / 2) + (x >> 1) : row + x
  }
}

/// Makes integral images: of the pixels (plane 0), of their squares (plane 1) and, turned by 45 degrees, of the pixels
/// (plane 2). Sums wrap around at 32 bits, which differences undo.
///
/// Plane 0 at (X, Y) is the sum over x < X, y < Y; plane 2 that over y < Y and |x - X + 1| < Y - y
/// (Lienhart and Maydt, 2002).
public struct IntegralPlanes {
  /// Which planes are made.
  public struct Content: OptionSet, Sendable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }
    /// Of squares.
    public static let squares = Content(rawValue: 1)
    /// Turned by 45 degrees.
    public static let tilted = Content(rawValue: 2)
  }

  let layout: IntegralLayout
  let content: Content
  private let rowLength: Int
  private let rows: UnsafeMutablePointer<Int32>

  /// Needs `rows(width:)` numbers of scratch at `scratch`.
  public init(
    _ layout: IntegralLayout, _ content: Content, width: Int, scratch: UnsafeMutablePointer<Int32>
  ) {
    self.layout = layout
    self.content = content
    rowLength = width + 1
    rows = scratch
  }

  /// Numbers of scratch for pictures `width` pixels wide.
  public static func scratch(width: Int) -> Int { 5 * (width + 1) }

  /// Writes the planes of a picture of `width` x `height` pixels to `planes`.
  public func run(
    _ picture: UnsafePointer<UInt8>, stride: Int, width: Int, height: Int,
    to planes: UnsafeMutablePointer<Int32>
  ) {
    rows.update(repeating: 0, count: 5 * rowLength)
    for plane in 0..<3 {
      store(rows, width + 1, to: planes + plane * layout.plane, isMade: isMade(plane))
    }
    let (sums, squares) = (rows, rows + rowLength)
    var (above, before, turned) = (rows + 2 * rowLength, rows + 3 * rowLength, rows + 4 * rowLength)
    for y in 1...height {
      let pixels = picture + (y - 1) * stride
      let out = planes + y * layout.stride
      addRow(pixels, width, sums, squares)
      store(sums, width + 1, to: out, isMade: true)
      store(squares, width + 1, to: out + layout.plane, isMade: content.contains(.squares))
      if content.contains(.tilted) {
        turn(pixels, y > 1 ? pixels - stride : nil, width, before, above, turned)
        store(turned, width + 1, to: out + 2 * layout.plane, isMade: true)
        (above, before, turned) = (before, turned, above)
      }
    }
  }

  private func isMade(_ plane: Int) -> Bool {
    plane == 0 || content.contains(plane == 1 ? .squares : .tilted)
  }

  /// Adds a row's running sums to `sums` and `squares`.
  private func addRow(
    _ pixels: UnsafePointer<UInt8>, _ width: Int, _ sums: UnsafeMutablePointer<Int32>,
    _ squares: UnsafeMutablePointer<Int32>
  ) {
    var (sum, square): (Int32, Int32) = (0, 0)
    for x in 0..<width {
      let pixel = Int32(pixels[x])
      sum &+= pixel
      square &+= pixel &* pixel
      sums[x + 1] &+= sum
      squares[x + 1] &+= square
    }
  }

  /// One row of the turned plane out of the `before`, one row up, and that two rows up.
  private func turn(
    _ pixels: UnsafePointer<UInt8>, _ pixelsAbove: UnsafePointer<UInt8>?, _ width: Int,
    _ before: UnsafeMutablePointer<Int32>, _ above: UnsafeMutablePointer<Int32>,
    _ out: UnsafeMutablePointer<Int32>
  ) {
    out[0] = before[1]
    for x in 1..<width {
      out[x] = before[x - 1] &+ before[x + 1] &- above[x] &+ Int32(pixels[x - 1])
    }
    out[width] = before[width - 1] &+ Int32(pixels[width - 1])
    guard let pixelsAbove else { return }
    for x in 1...width { out[x] &+= Int32(pixelsAbove[x - 1]) }
  }

  private func store(
    _ row: UnsafeMutablePointer<Int32>, _ count: Int, to out: UnsafeMutablePointer<Int32>,
    isMade: Bool
  ) {
    guard isMade else { return }
    guard layout.isSplit else { return out.update(from: row, count: count) }
    let odd = out + layout.stride / 2
    for x in 0..<(count / 2) {
      out[x] = row[2 * x]
      odd[x] = row[2 * x + 1]
    }
    if count % 2 == 1 { out[count / 2] = row[count - 1] }
  }
}
