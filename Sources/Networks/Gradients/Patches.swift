import Kernels

/// The rows of patches of a convolution: under each output pixel lie its kernelPositions (kernel row, kernel column, channel), group by group.
struct Patches {
  let convolution: Conv2d
  let input: Shape
  let output: Shape
  let perGroup: (inputs: Int, outputs: Int)
  /// Places of the kernel.
  let area: Int
  /// Elements of a row of patches.
  let kernelPositions: Int

  init(_ convolution: Conv2d, _ input: Shape, _ output: Shape) {
    (self.convolution, self.input, self.output) = (convolution, input, output)
    perGroup = (convolution.inChannels / convolution.groups, convolution.outChannels / convolution.groups)
    area = convolution.kernel.height * convolution.kernel.width
    kernelPositions = perGroup.inputs * area
  }

  /// Whether patches are the input itself.
  var isPointwise: Bool {
    convolution.kernel == 1 && convolution.stride == 1 && convolution.padding == 0 && convolution.groups == 1
  }

  /// The patches of image `x` under output rows `rows`: laid out in `scratch`, or where they are.
  func gather(
    _ x: UnsafePointer<Float>, _ rows: Range<Int>, _ group: Int = 0, into scratch: UnsafeMutablePointer<Float>
  ) -> UnsafePointer<Float> {
    if isPointwise { return x + rows.lowerBound * output.width * kernelPositions }
    forEachTap(rows, group) { at, from in
      if perGroup.inputs == 1 {
        scratch[at] = from.map { x[$0] } ?? 0
      } else if let from {
        (scratch + at).update(from: x + from, count: perGroup.inputs)
      } else {
        (scratch + at).update(repeating: 0, count: perGroup.inputs)
      }
    }
    return UnsafePointer(scratch)
  }

  /// Adds `patches` to where they came from in image `dx`.
  func scatter(
    _ patches: UnsafePointer<Float>, _ rows: Range<Int>, _ group: Int = 0, to dx: UnsafeMutablePointer<Float>
  ) {
    forEachTap(rows, group) { at, from in
      guard let from else { return }
      addScaled(dx + from, patches + at, 1, perGroup.inputs)
    }
  }

  /// Calls `body` with each kernelPosition's place in the patches and in the image (nil in the padding).
  @inline(__always)
  private func forEachTap(_ rows: Range<Int>, _ group: Int, _ body: (_ at: Int, _ from: Int?) -> Void) {
    let (kernel, dilation, stride, padding) =
      (convolution.kernel, convolution.dilation, convolution.stride, convolution.padding)
    var at = 0
    for row in rows {
      for column in 0..<output.width {
        for ky in 0..<kernel.height {
          let y = row * stride.height - padding.height + ky * dilation.height
          for kx in 0..<kernel.width {
            let x = column * stride.width - padding.width + kx * dilation.width
            let inside = y >= 0 && y < input.height && x >= 0 && x < input.width
            body(at, inside ? (y * input.width + x) * input.channels + group * perGroup.inputs : nil)
            at += perGroup.inputs
          }
        }
      }
    }
  }
}
