import Kernels

/// A kernel for operations whose output rows can be made one by one: `body` makes the given rows, counted through the
/// whole batch.
struct RowKernel: LayerKernel {
  let name: String
  private let rowsPerImage: Int
  private let rowsPerPart: Int
  private let body: @Sendable (_ rows: Range<Int>, _ call: LayerCall) -> Void

  /// A part makes at least some thousand floats of the output, so that handing it out costs nothing.
  init(
    _ name: String, _ request: KernelRequest,
    _ body: @escaping @Sendable (_ rows: Range<Int>, _ call: LayerCall) -> Void
  ) {
    self.name = name
    self.body = body
    rowsPerImage = request.output.height
    rowsPerPart = max(1, 8192 / (request.output.width * request.output.channels))
  }

  func parts(phase: Int, batch: Int) -> Int { (batch * rowsPerImage + rowsPerPart - 1) / rowsPerPart }

  func run(phase: Int, part: Int, _ call: LayerCall) {
    let first = part * rowsPerPart
    body(first..<min(call.batch * rowsPerImage, first + rowsPerPart), call)
  }
}

extension LayerCall {
  /// Calls `body` with image, row, column and the channels to write, for each pixel of the given output rows.
  @inline(__always)
  func forEachPixel(
    _ rows: Range<Int>, _ output: Shape, _ body: (Int, Int, Int, UnsafeMutablePointer<Float>) -> Void
  ) {
    for line in rows {
      var at = self.output + line * output.width * output.channels
      for column in 0..<output.width {
        body(line / output.height, line % output.height, column, at)
        at += output.channels
      }
    }
  }

  /// Input `index` as a batch of `shape`.
  @inline(__always)
  func input(_ index: Int, _ shape: Shape) -> Activation { Activation(inputs[index], shape) }
}

extension Activation {
  /// The window of the given rows and columns (both not empty) of image `n`.
  @inline(__always)
  func window(_ n: Int, _ rows: Range<Int>, _ columns: Range<Int>) -> PixelWindow {
    PixelWindow(
      pixel(n, rows.lowerBound, columns.lowerBound), rows: rows.count, columns: columns.count,
      rowStep: shape.width * shape.channels, channels: shape.channels)
  }
}
