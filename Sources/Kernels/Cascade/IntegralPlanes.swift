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

  /// For images of up to `width` x `height` pixels.
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
/// (Lienhart and Maydt, 2002). Rows are made one after the other, so that a few of them at a time can stay in the cache.
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
  private let width: Int
  private let sums: UnsafeMutablePointer<Int32>
  private let squares: UnsafeMutablePointer<Int32>
  /// The last rows of the turned plane, the newest first, and room for one more.
  private var turned:
    (before: UnsafeMutablePointer<Int32>, above: UnsafeMutablePointer<Int32>, next: UnsafeMutablePointer<Int32>)
  /// Rows of pixels added so far.
  private var row = 0

  /// For an image `width` pixels wide; needs `scratch(width:)` numbers at `scratch`.
  public init(
    _ layout: IntegralLayout, _ content: Content, width: Int, scratch: UnsafeMutablePointer<Int32>
  ) {
    (self.layout, self.content, self.width) = (layout, content, width)
    let length = width + 1
    scratch.update(repeating: 0, count: Self.scratch(width: width))
    (sums, squares) = (scratch, scratch + length)
    turned = (scratch + 2 * length, scratch + 3 * length, scratch + 4 * length)
  }

  /// Numbers of scratch for images `width` pixels wide.
  public static func scratch(width: Int) -> Int { 5 * (width + 1) }

  /// Planes that are stored.
  public static func count(_ content: Content) -> Int {
    content.contains(.tilted) ? 3 : content.contains(.squares) ? 2 : 1
  }

  /// Writes the row of zeros that an image begins with.
  public func begin(at planes: UnsafeMutablePointer<Int32>) {
    for plane in 0..<3 { store(sums, to: planes, plane) }
  }

  /// Adds the image's next `count` rows, the first of them at `pixels` (the row before it lies in front of it), and
  /// writes as many rows of the planes, the first at `planes`.
  public mutating func add(
    _ count: Int, rowsAt pixels: UnsafePointer<UInt8>, stride: Int, to planes: UnsafeMutablePointer<Int32>
  ) {
    for index in 0..<count {
      let (pixels, out) = (pixels + index * stride, planes + index * layout.stride)
      addRow(pixels)
      store(sums, to: out, 0)
      store(squares, to: out, 1)
      if content.contains(.tilted) {
        turn(pixels, row > 0 ? pixels - stride : nil)
        store(turned.next, to: out, 2)
        turned = (turned.next, turned.before, turned.above)
      }
      row += 1
    }
  }

  /// Adds a row's running sums to `sums` and `squares`.
  private func addRow(_ pixels: UnsafePointer<UInt8>) {
    let (sums, squares) = (sums, squares)
    var (sum, square): (Int32, Int32) = (0, 0)
    for x in 0..<width {
      let pixel = Int32(pixels[x])
      sum &+= pixel
      square &+= pixel &* pixel
      sums[x + 1] &+= sum
      squares[x + 1] &+= square
    }
  }

  /// The next row of the turned plane out of the one before and that above it.
  private func turn(_ pixels: UnsafePointer<UInt8>, _ pixelsAbove: UnsafePointer<UInt8>?) {
    let (before, above, out) = turned
    out[0] = before[1]
    for x in 1..<width {
      out[x] = before[x - 1] &+ before[x + 1] &- above[x] &+ Int32(pixels[x - 1])
    }
    out[width] = before[width - 1] &+ Int32(pixels[width - 1])
    guard let pixelsAbove else { return }
    for x in 1...width { out[x] &+= Int32(pixelsAbove[x - 1]) }
  }

  /// Writes a row of plane `index` where that plane is made.
  private func store(_ row: UnsafeMutablePointer<Int32>, to planes: UnsafeMutablePointer<Int32>, _ index: Int) {
    guard index == 0 || content.contains(index == 1 ? .squares : .tilted) else { return }
    let (count, out) = (width + 1, planes + index * layout.plane)
    guard layout.isSplit else { return out.update(from: row, count: count) }
    let odd = out + layout.stride / 2
    for x in 0..<(count / 2) {
      out[x] = row[2 * x]
      odd[x] = row[2 * x + 1]
    }
    if count % 2 == 1 { out[count / 2] = row[count - 1] }
  }
}
