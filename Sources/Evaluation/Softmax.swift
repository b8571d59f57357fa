import Foundation

/// Probabilities from logits.
func softmax(_ logits: [Double]) -> [Double] {
  let largest = logits.max()!
  let powers = logits.map { exp($0 - largest) }
  let sum = powers.reduce(0, +)
  return powers.map { $0 / sum }
}
