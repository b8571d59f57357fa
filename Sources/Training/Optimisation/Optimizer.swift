import Foundation
import Kernels

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

  func step(rate: Float, scale: Float, epsilon: Float?) -> AdamStep {
    AdamStep(first: first, second: second, scale: scale, rate: rate, epsilon: epsilon)
  }
}

/// Adam with decoupled weight decay (Loshchilov and Hutter, 2019).
struct AdamW: Optimizer {
  var decays: Moments
  var weightDecay: Float
  let moments = 2

  func update(_ slot: ParameterSlot, rate: Float, step: Int, scale: Float) {
    let correction = decays.corrections(step)
    let root = Float(correction.second.squareRoot())
    var adam = decays.step(rate: rate * root / Float(correction.first), scale: scale, epsilon: decays.epsilon * root)
    adam.kept = 1 - rate * (slot.decays ? weightDecay : 0)
    slot.move(by: adam)
  }
}

/// Rectified Adam (Liu et al., 2020): plain momentum until the second moment's variance can be trusted.
struct RAdam: Optimizer {
  var decays: Moments
  var weightDecay: Float
  let moments = 2

  func update(_ slot: ParameterSlot, rate: Float, step: Int, scale: Float) {
    let correction = decays.corrections(step)
    let rectified = rectification(step, correction.second).map { $0 * Float(correction.second.squareRoot()) }
    let rate = rate * (rectified ?? 1) / Float(correction.first)
    var adam = decays.step(rate: rate, scale: scale, epsilon: rectified.map { _ in decays.epsilon })
    adam.decay = slot.decays ? weightDecay : 0
    slot.move(by: adam)
  }

  private func rectification(_ step: Int, _ correction: Double) -> Float? {
    let limit = 2 / (1 - Double(decays.second)) - 1
    let length = limit - 2 * Double(step) * (1 - correction) / correction
    guard length > 5 else { return nil }
    let ratio = (length - 4) * (length - 2) * limit / ((limit - 4) * (limit - 2) * length)
    return Float(ratio.squareRoot())
  }
}

extension ParameterSlot {
  /// `moments` are the averages of the gradient and of its square.
  fileprivate func move(by adam: AdamStep) {
    let (m, v) = (moments[0].elements.baseAddress!, moments[1].elements.baseAddress!)
    adam.move(value.elements.baseAddress!, along: gradient.elements.baseAddress!, m, v, count: value.elements.count)
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
