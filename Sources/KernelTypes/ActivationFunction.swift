/// A function of one number that follows a layer.
public enum ActivationFunction: UInt8, Sendable, CaseIterable {
  /// x
  case identity
  /// max(x, 0)
  case relu
  /// x / (1 + exp(-x))
  case silu
  /// 1 / (1 + exp(-x))
  case sigmoid
}
