import Foundation

/// Smooths the probabilities of one track in time: an exponential mean whose memory is measured in seconds, so that
/// frame rate, dropped frames and variable timing do not change it.
public struct ProbabilitySmoother: Sendable {
  /// After so many seconds a vote's weight has fallen to 1/e.
  public let timeConstant: Double
  private var state: [Double] = []
  private var last = 0.0

  /// With a memory of `timeConstant` seconds, above 0.
  public init(timeConstant: Double = 0.3) {
    precondition(timeConstant > 0)
    self.timeConstant = timeConstant
  }

  /// The smoothed probabilities with `votes` at `time` taken in. They sum to 1 when all votes do.
  /// The first vote is taken as it is; one that follows after `dt` counts 1 - exp(-dt / timeConstant).
  public mutating func add(_ votes: [Double], at time: Double) -> [Double] {
    precondition(state.isEmpty || votes.count == state.count)
    let keep = state.isEmpty ? 0 : exp(-max(time - last, 0) / timeConstant)
    state = state.isEmpty ? votes : zip(state, votes).map { $0 * keep + $1 * (1 - keep) }
    last = time
    return state
  }
}
