import Foundation

/// How weights follow gradients. Formulas and defaults are those of `torch.optim`.
protocol Optimizer: Sendable {
  /// Tensors that it remembers for each parameter.
  var moments: Int { get }
  /// Moves `slot`'s value; `step` counts from 1; `scale` multiplies the gradient (clipping).
  func update(_ slot: ParameterSlot, rate: Float, step: Int, scale: Float)
}

/// Stochastic gradient descent with momentum, optionally Nesterov's.
struct SGD: Optimizer {
  var momentum: Float
  var nesterov: Bool
  var weightDecay: Float
  let moments = 1

  func update(_ slot: ParameterSlot, rate: Float, step: Int, scale: Float) {
    let decay = slot.decays ? weightDecay : 0
    let (value, gradient) = (slot.value.elements, slot.gradient.elements)
    let velocity = slot.moments[0].elements
    for i in value.indices {
      let g = gradient[i] * scale + decay * value[i]
      let v = momentum * velocity[i] + g
      velocity[i] = v
      value[i] -= rate * (nesterov ? g + momentum * v : v)
    }
  }
}

/// The two decaying averages that Adam and its kin share.
struct Moments {
  var first: Float
  var second: Float = 0.999
  let epsilon: Float = 1e-8

  /// `1 - first^step` and `1 - second^step`.
  func corrections(_ step: Int) -> (first: Double, second: Double) {
    (1 - pow(Double(first), Double(step)), 1 - pow(Double(second), Double(step)))
  }
}

/// Adam with decoupled weight decay (Loshchilov and Hutter, 2019).
struct AdamW: Optimizer {
  var decays: Moments
  var weightDecay: Float
  let moments = 2

  func update(_ slot: ParameterSlot, rate: Float, step: Int, scale: Float) {
    let correction = decays.corrections(step)
    let size = rate / Float(correction.first)
    let root = Float(correction.second.squareRoot())
    let kept = 1 - rate * (slot.decays ? weightDecay : 0)
    let (value, gradient) = (slot.value.elements, slot.gradient.elements)
    let (m, v) = (slot.moments[0].elements, slot.moments[1].elements)
    for i in value.indices {
      let g = gradient[i] * scale
      m[i] += (1 - decays.first) * (g - m[i])
      v[i] = decays.second * v[i] + (1 - decays.second) * g * g
      value[i] = value[i] * kept - size * m[i] / (v[i].squareRoot() / root + decays.epsilon)
    }
  }
}

/// Rectified Adam (Liu et al., 2020): plain momentum until the second moment's variance can be trusted.
struct RAdam: Optimizer {
  var decays: Moments
  var weightDecay: Float
  let moments = 2

  func update(_ slot: ParameterSlot, rate: Float, step: Int, scale: Float) {
    let correction = decays.corrections(step)
    let size = rate / Float(correction.first)
    let rectified = rectification(step, correction.second).map { $0 * Float(correction.second.squareRoot()) }
    let decay = slot.decays ? weightDecay : 0
    let (value, gradient) = (slot.value.elements, slot.gradient.elements)
    let (m, v) = (slot.moments[0].elements, slot.moments[1].elements)
    for i in value.indices {
      let g = gradient[i] * scale + decay * value[i]
      m[i] += (1 - decays.first) * (g - m[i])
      v[i] = decays.second * v[i] + (1 - decays.second) * g * g
      value[i] -= size * m[i] * (rectified.map { $0 / (v[i].squareRoot() + decays.epsilon) } ?? 1)
    }
  }

  private func rectification(_ step: Int, _ correction: Double) -> Float? {
    let limit = 2 / (1 - Double(decays.second)) - 1
    let length = limit - 2 * Double(step) * (1 - correction) / correction
    guard length > 5 else { return nil }
    let ratio = (length - 4) * (length - 2) * limit / ((limit - 4) * (limit - 2) * length)
    return Float(ratio.squareRoot())
  }
}

extension TrainingConfiguration {
  /// The optimiser that the configuration names.
  func makeOptimizer() -> any Optimizer {
    let decay = Float(weightDecay)
    return switch optimizer {
    case .sgd: SGD(momentum: Float(momentum), nesterov: nesterov, weightDecay: decay)
    case .adamw: AdamW(decays: Moments(first: Float(momentum)), weightDecay: decay)
    case .radam: RAdam(decays: Moments(first: Float(momentum)), weightDecay: decay)
    }
  }
}
