import Kernels

extension Operation {
  /// A plain function of each element.
  func functionKernel(_ function: ActivationFunction, _ request: KernelRequest) -> any LayerKernel {
    let width = request.output.width * request.output.channels
    return RowKernel("elementwise", request) { rows, call in
      let at = rows.lowerBound * width
      apply(function, call.inputs[0] + at, call.output + at, count: rows.count * width)
    }
  }

  /// Any function of each element: `body` gets where to read, where to write, and how many.
  func elementKernel(
    _ request: KernelRequest,
    _ body: @escaping @Sendable (UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int) -> Void
  ) -> any LayerKernel {
    let width = request.output.width * request.output.channels
    return RowKernel("elementwise", request) { rows, call in
      let at = rows.lowerBound * width
      body(call.inputs[0] + at, call.output + at, rows.count * width)
    }
  }

  /// `x * scale + shift` by channel, with what follows.
  func affineKernel(_ request: KernelRequest, _ scale: [Float], _ shift: [Float]) -> any LayerKernel {
    let (shape, function) = (request.output, request.fusion.function)
    let (scale, shift) = (Tensor(shape: [scale.count], scale), Tensor(shape: [shift.count], shift))
    return RowKernel("affine", request) { rows, call in
      let at = rows.lowerBound * shape.width * shape.channels
      affine(
        call.inputs[0] + at, scale: scale.elements.baseAddress!, shift: shift.elements.baseAddress!, call.output + at,
        pixels: rows.count * shape.width, channels: shape.channels, function)
    }
  }

  /// Two inputs, broadcast to each other.
  func binaryKernel(_ operation: BinaryFunction, _ request: KernelRequest) -> any LayerKernel {
    let (a, b, output) = (request.inputs[0], request.inputs[1], request.output)
    let function = request.fusion.function
    guard a == output, b == output else {
      // Addition and multiplication commute: the full input goes first.
      let isSwapped = a != output && b.channels == output.channels
      return broadcastKernel(operation, request, isSwapped ? (1, b, 0, a) : (0, a, 1, b))
    }
    let width = output.width * output.channels
    return RowKernel("elementwise", request) { rows, call in
      let at = rows.lowerBound * width
      combine(
        operation, call.inputs[0] + at, call.inputs[1] + at, call.output + at, count: rows.count * width, function)
    }
  }

  private func broadcastKernel(
    _ operation: BinaryFunction, _ request: KernelRequest,
    _ order: (first: Int, firstShape: Shape, second: Int, secondShape: Shape)
  ) -> any LayerKernel {
    let (output, function) = (request.output, request.fusion.function)
    guard order.firstShape.channels == output.channels else {
      return ReferenceKernel(operation: self, request: request)
    }
    return RowKernel("broadcast", request) { rows, call in
      let (a, b) = (call.input(order.first, order.firstShape), call.input(order.second, order.secondShape))
      call.forEachPixel(rows, output) { n, row, column, y in
        let (left, right) = (a.broadcastPixel(n, row, column), b.broadcastPixel(n, row, column))
        if order.secondShape.channels == 1 {
          combine(operation, left, scalar: right[0], y, count: output.channels, function)
        } else {
          combine(operation, left, right, y, count: output.channels, function)
        }
      }
    }
  }
}
