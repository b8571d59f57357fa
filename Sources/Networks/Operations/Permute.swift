import Kernels

/// The elements of an image in another order and shape: memory seen as an array of `extents`, its axes put in `order`
/// (`x.reshape(extents).permute(order).reshape(…)`). Shuffles channels, flattens maps in any order; with the axes in
/// place it only gives the same bytes another shape.
///
/// Input and output NHWC, seen as plain memory.
public struct Permute: Operation {
  public static let name = "permute"
  /// Extents of the input's memory, outermost first.
  public var extents: [Int]
  /// For each axis of the output's memory, which of `extents` it is.
  public var order: [Int]
  /// Extent of the output.
  public var output: Shape

  /// Memory of `extents` in `order`, as `output`.
  public init(_ extents: [Int], order: [Int], output: Shape) {
    self.extents = extents
    self.order = order
    self.output = output
  }

  /// The same bytes in another shape.
  public init(to output: Shape) { self.init([output.count], order: [0], output: output) }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    let input = try onlyInput(inputs)
    guard order.sorted() == Array(extents.indices), elementCount(extents) == input.count,
      elementCount([output.height, output.width, output.channels]) == input.count
    else { throw unfit(inputs, "cannot be seen as \(extents.prefix(8)) in order \(order.prefix(8))") }
    return output
  }

  public func isIdentity(_ inputs: [Shape]) -> Bool {
    let moving = order.filter { extents[$0] > 1 }
    return moving == moving.sorted()
  }

  public func kernel(_ request: KernelRequest) -> any LayerKernel {
    PermuteKernel(runs: runs, count: output.count)
  }

  public func reference(_ io: ForwardIO) {
    let runs = runs
    for n in 0..<io.batch { runs.copy(io.inputs[0].base + n * output.count, io.output + n * output.count) }
  }

  /// Where each run of the output's innermost axis begins in the input.
  var runs: PermutedRuns {
    var steps = [Int](repeating: 1, count: extents.count)
    for axis in extents.indices.dropLast().reversed() { steps[axis] = steps[axis + 1] * extents[axis + 1] }
    var starts = [0]
    for axis in order.dropLast() {
      starts = starts.flatMap { start in (0..<extents[axis]).map { start + $0 * steps[axis] } }
    }
    guard let last = order.last else { return PermutedRuns(starts: [0], length: 1, step: 1) }
    return PermutedRuns(starts: starts, length: extents[last], step: steps[last])
  }
}

/// Runs of elements that are evenly spaced in one array and packed in another.
struct PermutedRuns: Sendable {
  let starts: [Int]
  let length, step: Int

  /// Packs one image.
  func copy(_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
    var y = y
    for start in starts {
      if step == 1 {
        y.update(from: x + start, count: length)
      } else {
        for i in 0..<length { y[i] = x[start + i * step] }
      }
      y += length
    }
  }
}

/// An image a part.
private struct PermuteKernel: LayerKernel {
  let name = "permute"
  let runs: PermutedRuns
  let count: Int

  func parts(phase: Int, batch: Int) -> Int { batch }
  func run(phase: Int, part: Int, _ call: LayerCall) {
    runs.copy(call.inputs[0] + part * count, call.output + part * count)
  }
}
