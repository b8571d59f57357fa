import Kernels

/// Rows, columns and channels by their numbers, in any order and as often as wanted, as `x[:, channels][:, :, rows]…`:
/// enlarging to the nearest pixel, reflected edges, steps, turned channels.
///
/// Input and output NHWC.
public struct Select: Operation {
  public static let name = "select"
  /// Which of the input's rows the output's are; nil: all.
  public var rows: [Int]?
  /// Which of the input's columns the output's are; nil: all.
  public var columns: [Int]?
  /// Which of the input's channels the output's are; nil: all.
  public var channels: [Int]?

  /// The given numbers of each direction, all where left out.
  public init(rows: [Int]? = nil, columns: [Int]? = nil, channels: [Int]? = nil) {
    self.rows = rows
    self.columns = columns
    self.channels = channels
  }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let input = try onlyInput(inputs)
    for (numbers, extent) in [(rows, input.height), (columns, input.width), (channels, input.channels)] {
      guard numbers.map({ !$0.isEmpty && $0.allSatisfy((0..<extent).contains) }) ?? true else {
        throw unfit(inputs, "selects what is not there")
      }
    }
    return Shape(
      height: rows?.count ?? input.height, width: columns?.count ?? input.width,
      channels: channels?.count ?? input.channels)
  }

  public func kernel(_ request: KernelRequest) -> any LayerKernel {
    let (input, output) = (request.inputs[0], request.output)
    return RowKernel("copy", request) { [rows, columns, channels] lines, call in
      let x = call.input(0, input)
      call.forEachPixel(lines, output) { n, row, column, y in
        let x = x.pixel(n, rows?[row] ?? row, columns?[column] ?? column)
        guard let channels else { return y.update(from: x, count: output.channels) }
        for c in 0..<output.channels { y[c] = x[channels[c]] }
      }
    }
  }

  public func reference(_ io: ForwardIO) {
    io.forEachOutputPixel { n, row, column, y in
      let x = io.inputs[0].pixel(n, rows?[row] ?? row, columns?[column] ?? column)
      for c in 0..<io.outputShape.channels { y[c] = x[channels?[c] ?? c] }
    }
  }
}
