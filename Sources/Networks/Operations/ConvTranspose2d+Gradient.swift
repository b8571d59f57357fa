import Kernels

/// Forward is a convolution's gradient by its input, and the gradient by the input is that convolution: weights lie alike in both.
extension ConvTranspose2d: Differentiable {
  public static var backwardReads: BackwardReads { .inputs }

  public func trainingForward(_ io: TrainingIO) {
    guard !io.exact else { return io.threadPool.run(io.batch) { image, _ in reference(io.forward(image)) } }
    var turned = turned(io, input: io.output, gradient: UnsafeMutablePointer(mutating: io.inputs[0].base))
    turned.inputGradients = [InputGradient(base: io.output, accumulates: false)]
    method(turned).backward(turned)
    if hasBias { addBias(io) }
  }

  public func backward(_ io: TrainingIO) {
    if hasBias, let gradient = io.parameterGradients[1] { addPixelSums(io, outChannels, gradient) }
    var turned = turned(io, input: io.outputGradient, gradient: UnsafeMutablePointer(mutating: io.inputs[0].base))
    turned.parameterGradients = [io.parameterGradients[0]]
    method(turned).backward(turned)
    guard let target = io.inputGradients[0] else { return }
    let count = io.batch * io.inputs[0].shape.count
    let sum = FloatAllocation(count: target.accumulates ? count : 0)
    turned.output = target.accumulates ? sum.elements.baseAddress! : target.base
    method(turned).forward(turned)
    if target.accumulates { addScaled(target.base, turned.output, 1, count) }
  }

  /// The convolution's view of this: its input is our output, its output our input.
  private func turned(
    _ io: TrainingIO, input: UnsafePointer<Float>, gradient: UnsafeMutablePointer<Float>
  ) -> TrainingIO {
    var turned = io
    turned.inputs = [Activation(input, io.outputShape)]
    turned.outputShape = io.inputs[0].shape
    turned.outputGradient = gradient
    turned.inputGradients = [nil]
    turned.parameterGradients = [nil]
    return turned
  }

  private func method(_ turned: TrainingIO) -> any TrainingConvolution {
    let convolution = Conv2d(
      inChannels: outChannels, outChannels: inChannels, kernel: kernel, stride: stride, padding: padding, groups: groups
    )
    return Patches(convolution, turned.inputs[0].shape, turned.outputShape).method(exact: turned.exact)
  }
}
