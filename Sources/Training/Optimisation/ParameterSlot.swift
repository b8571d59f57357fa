import Networks

/// A trained parameter with its gradient and what its optimiser remembers of it.
///
/// Written by the one trainer that owns it, between the runs of its executor.
final class ParameterSlot {
  let name: String
  let value: Tensor
  let gradient: Tensor
  /// Whether weight decay applies.
  let decays: Bool
  /// First and second moments, as many as the optimiser uses.
  let moments: [Tensor]

  init(name: String, value: Tensor, gradient: Tensor, decays: Bool, moments: Int) {
    self.name = name
    self.value = value
    self.gradient = gradient
    self.decays = decays
    self.moments = (0..<moments).map { _ in Tensor(shape: value.shape) }
  }
}

/// Euclidean norm of all gradients together, summed in the slots' order.
func gradientNorm(_ slots: [ParameterSlot]) -> Double {
  slots.reduce(0.0) { sum, slot in
    slot.gradient.elements.reduce(sum) { $0 + Double($1) * Double($1) }
  }.squareRoot()
}
