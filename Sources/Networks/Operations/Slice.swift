import Kernels

/// A part of the input: a range of rows, columns and channels, as `x[:, c0:c1, y0:y1, x0:x1]`.
///
/// Input and output NHWC.
public struct Slice: Operation {
  public static let name = "slice"
  /// Rows kept; nil for all.
  public var rows: Range<Int>?
  /// Columns kept; nil for all.
  public var columns: Range<Int>?
  /// Channels kept; nil for all.
  public var channels: Range<Int>?

  /// The given ranges of each direction, all of those left out.
  public init(rows: Range<Int>? = nil, columns: Range<Int>? = nil, channels: Range<Int>? = nil) {
    self.rows = rows
    self.columns = columns
    self.channels = channels
  }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let input = try onlyInput(inputs)
    let (rows, columns, channels) = ranges(input)
    guard within(rows, input.height), within(columns, input.width), within(channels, input.channels) else {
      throw unfit(inputs, "keeps rows \(rows), columns \(columns), channels \(channels)")
    }
    return Shape(height: rows.count, width: columns.count, channels: channels.count)
  }

  public func kernel(_ request: KernelRequest) -> any LayerKernel {
    let (input, output) = (request.inputs[0], request.output)
    let (top, left, first) = (
      rows?.lowerBound ?? 0, columns?.lowerBound ?? 0, channels?.lowerBound ?? 0
    )
    return RowKernel("copy", request) { rows, call in
      let x = call.input(0, input)
      call.forEachPixel(rows, output) { n, row, column, y in
        y.update(from: x.pixel(n, top + row, left + column) + first, count: output.channels)
      }
    }
  }

  public func reference(_ io: ForwardIO) {
    let (rows, columns, channels) = ranges(io.inputs[0].shape)
    io.forEachOutputPixel { n, row, column, y in
      let x = io.inputs[0].pixel(n, rows.lowerBound + row, columns.lowerBound + column)
      y.update(from: x + channels.lowerBound, count: channels.count)
    }
  }

  private func ranges(_ input: Shape) -> (rows: Range<Int>, columns: Range<Int>, channels: Range<Int>) {
    (rows ?? 0..<input.height, columns ?? 0..<input.width, channels ?? 0..<input.channels)
  }

  private func within(_ range: Range<Int>, _ size: Int) -> Bool {
    !range.isEmpty && range.lowerBound >= 0 && range.upperBound <= size
  }
}
