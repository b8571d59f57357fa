import Networks

/// Weights and inputs that Swift and Python derive alike (see Oracle/formula.py): value i of a tensor is a hash of its
/// name and i.
enum Formula {
  /// `count` values in [-1, 1) that depend on `name` and the place alone.
  static func unit(_ name: String, into values: UnsafeMutableBufferPointer<Float>) {
    let seed = name.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
    for i in values.indices { values[i] = mix(UInt32(truncatingIfNeeded: i) &* 0x9E37_79B9 &+ seed) }
  }

  private static func mix(_ value: UInt32) -> Float {
    var x = (value ^ (value >> 16)) &* 0x85EB_CA6B
    x = (x ^ (x >> 13)) &* 0xC2B2_AE35
    x ^= x >> 16
    return Float(x >> 8) / Float(1 << 23) - 1
  }

  /// Convolutions and linear layers by fan-in and `gain`; scales about 0.9, variances about 1, the rest small.
  static func parameter(_ name: String, _ spec: ParameterSpec, gain: Double) -> Tensor {
    let tensor = Tensor(shape: spec.shape)
    unit(name, into: tensor.elements)
    let (factor, term) = range(name, spec, gain)
    for i in tensor.elements.indices { tensor.elements[i] = tensor.elements[i] * factor + term }
    return tensor
  }

  private static func range(_ name: String, _ spec: ParameterSpec, _ gain: Double) -> (factor: Float, term: Float) {
    if spec.shape.count > 1 {
      return (Float(gain * (3 / Double(spec.shape.dropFirst().reduce(1, *))).squareRoot()), 0)
    }
    if name.hasSuffix("running_var") { return (0.5, 1) }
    return name.hasSuffix("weight") ? (0.2, 0.9) : (0.1, 0)
  }

  /// All that `graph` needs.
  static func weights(_ graph: Graph, gain: Double) -> Weights {
    Weights(uniqueKeysWithValues: graph.parameters.map { ($0.name, parameter($0.name, $0.spec, gain: gain)) })
  }
}
