// Weights of 3x3 convolutions, to Winograd's planes and back: eight output channels at once.

extension WinogradTiles {
  /// G, row after row of three.
  private var filter: [Float] { winogradFilter(outputs: outputs).flatMap { $0.map(Float.init) } }

  /// Transforms weights (out x in x 3 x 3) into planes of in x out in `GemmPanels`, for input channels `rows` alone.
  /// For the gradient by data (`flipped`) the planes are out x in and the kernelPositions turned around; `rows` are then outputs.
  public func transformWeights(
    _ weights: UnsafePointer<Float>, outputs: Int, inputs: Int, flipped: Bool, rows: Range<Int>,
    _ planes: UnsafeMutablePointer<Float>
  ) {
    let (depth, columns) = flipped ? (outputs, inputs) : (inputs, outputs)
    let plane = GemmPanels.count(depth: depth, columns: columns)
    let filter = filter
    withUnsafeTemporaryAllocation(of: Float.self, capacity: 72 + side * 24) { room in
      let (kernelPositions, half) = (room.baseAddress!, room.baseAddress! + 72)
      for k in rows {
        for j in stride(from: 0, to: columns, by: 8) {
          for lane in 0..<8 {
            let from = weights + (flipped ? k * inputs + j + lane : (j + lane) * inputs + k) * 9
            for kernelPosition in 0..<9 {
              kernelPositions[(flipped ? 8 - kernelPosition : kernelPosition) * 8 + lane] = from[kernelPosition]
            }
          }
          widen(kernelPositions, half, filter, planes + j / 16 * 16 * depth + k * 16 + j % 16, plane)
        }
      }
    }
  }

  /// G g Gᵀ.
  private func widen(
    _ kernelPositions: UnsafePointer<Float>, _ half: UnsafeMutablePointer<Float>, _ filter: [Float],
    _ to: UnsafeMutablePointer<Float>, _ plane: Int
  ) {
    for y in 0..<side {
      for x in 0..<3 { half.store(combined(filter, y, kernelPositions, x * 8, 24), (y * 3 + x) * 8) }
    }
    for y in 0..<side {
      for x in 0..<side { to.store(combined(filter, x, half, y * 24, 8), (y * side + x) * plane) }
    }
  }

  /// Row `row` of G times three vectors.
  @inline(__always)
  private func combined(_ filter: [Float], _ row: Int, _ from: UnsafePointer<Float>, _ at: Int, _ step: Int) -> V8 {
    (from.vector(at) * filter[row * 3]).addingProduct(from.vector(at + step), V8(repeating: filter[row * 3 + 1]))
      .addingProduct(from.vector(at + 2 * step), V8(repeating: filter[row * 3 + 2]))
  }

  /// Adds the gradient by weights: sums `blocks` blocks (planes of in x out, `block` floats apart) in order and turns them
  /// back into out x in x 3 x 3, for input channels `rows` alone.
  public func addWeightGradient(
    _ partials: UnsafePointer<Float>, blocks: Int, block: Int, outputs: Int, inputs: Int, rows: Range<Int>,
    _ gradient: UnsafeMutablePointer<Float>
  ) {
    let filter = filter
    withUnsafeTemporaryAllocation(of: Float.self, capacity: (points + side * 3) * 8) { room in
      let (point, half) = (room.baseAddress!, room.baseAddress! + points * 8)
      for i in rows {
        for o in stride(from: 0, to: outputs, by: 8) {
          for p in 0..<points {
            let at = (p * inputs + i) * outputs + o
            var sum = partials.vector(at)
            for b in 1..<blocks { sum += partials.vector(b * block + at) }
            point.store(sum, p * 8)
          }
          narrow(point, half, filter, gradient + (o * inputs + i) * 9, inputs * 9)
        }
      }
    }
  }

  /// Gᵀ u G, added to the kernelPositions of eight output channels.
  private func narrow(
    _ point: UnsafePointer<Float>, _ half: UnsafeMutablePointer<Float>, _ filter: [Float],
    _ kernelPositions: UnsafeMutablePointer<Float>, _ step: Int
  ) {
    for x in 0..<side {
      for y in 0..<3 { half.store(summed(filter, y, point, x * 8, side * 8), (y * side + x) * 8) }
    }
    for y in 0..<3 {
      for x in 0..<3 {
        let kernelPosition = summed(filter, x, half, y * side * 8, 8)
        for lane in 0..<8 { kernelPositions[lane * step + y * 3 + x] += kernelPosition[lane] }
      }
    }
  }

  /// Column `column` of G times as many vectors as a tile has elements.
  @inline(__always)
  private func summed(_ filter: [Float], _ column: Int, _ from: UnsafePointer<Float>, _ at: Int, _ step: Int) -> V8 {
    var sum = V8.zero
    for y in 0..<side { sum = sum.addingProduct(from.vector(at + y * step), V8(repeating: filter[y * 3 + column])) }
    return sum
  }
}
