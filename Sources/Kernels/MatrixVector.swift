/// `y[o] = dot(weight[o], x) + bias[o]` for the given outputs, the weights read in place in PyTorch's order (out x in):
/// the speed is that of memory, so nothing is gained by packing. Four outputs share each read of `x`.
public func multiply(
  outputs: Range<Int>, depth: Int, weight: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
  _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>
) {
  var output = outputs.lowerBound
  while output < outputs.upperBound {
    let count = min(4, outputs.upperBound - output)
    let sums = count == 4 ? dots4(weight + output * depth, x, depth) : nil
    for i in 0..<count {
      let sum = sums.map { $0[i] } ?? dots1(weight + (output + i) * depth, x, depth)
      y[output + i] = sum + (bias?[output + i] ?? 0)
    }
    output += count
  }
}

@inline(__always)
private func dots<let rows: Int>(
  _ weight: UnsafePointer<Float>, _ x: UnsafePointer<Float>, _ depth: Int
) -> InlineArray<rows, Float> {
  var even = InlineArray<rows, V8>(repeating: .zero)
  var odd = InlineArray<rows, V8>(repeating: .zero)
  let whole = depth & ~15
  for k in stride(from: 0, to: whole, by: 16) {
    let (x0, x1) = (x.vector(k), x.vector(k + 8))
    for row in 0..<rows {
      even[row].addProduct(x0, weight.vector(row * depth + k))
      odd[row].addProduct(x1, weight.vector(row * depth + k + 8))
    }
  }
  var result = InlineArray<rows, Float>(repeating: 0)
  for row in 0..<rows {
    result[row] = (even[row] + odd[row]).sum()
    for k in whole..<depth { result[row] += x[k] * weight[row * depth + k] }
  }
  return result
}

@inline(never)
private func dots4(_ w: UnsafePointer<Float>, _ x: UnsafePointer<Float>, _ depth: Int) -> InlineArray<4, Float> {
  dots(w, x, depth)
}

@inline(never)
private func dots1(_ w: UnsafePointer<Float>, _ x: UnsafePointer<Float>, _ depth: Int) -> Float {
  let sums: InlineArray<1, Float> = dots(w, x, depth)
  return sums[0]
}
