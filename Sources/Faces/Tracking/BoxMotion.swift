import Core
import Foundation

/// Where a box is and how it moves: a Kalman filter of constant velocity on each of its middle and its sides.
struct BoxMotion: Sendable {
  private var x: Axis
  private var y: Axis
  private var width: Axis
  private var height: Axis
  private var time: Double

  /// Sides of a box that its middle may gain in speed in a second, squared over a second.
  private static let unrest = 4.0
  private static let sideUnrest = 1.0
  /// Error of a detected edge, in sides of the box.
  private static let error = 0.04
  /// Without sight a movement dies down in this time, seconds.
  private static let persistence = 0.25

  init(_ box: Box, at time: Double) {
    let spread = Self.error * box.width
    x = Axis(box.center.x, spread: spread, speed: box.width)
    y = Axis(box.center.y, spread: spread, speed: box.width)
    width = Axis(box.width, spread: spread, speed: box.width / 2)
    height = Axis(box.height, spread: spread, speed: box.width / 2)
    self.time = time
  }

  /// The box at `time`, not before the last one seen; `isHeld` lets the movement die down.
  func box(at time: Double, isHeld: Bool = false) -> Box {
    let dt = max(time - self.time, 0)
    let reach = isHeld ? Self.persistence * (1 - exp(-dt / Self.persistence)) : dt
    let sides = (max(width.position + width.velocity * reach, 1), max(height.position + height.velocity * reach, 1))
    return Box(
      x: x.position + x.velocity * reach - sides.0 / 2, y: y.position + y.velocity * reach - sides.1 / 2,
      width: sides.0, height: sides.1)
  }

  /// Takes in a box seen at `time`.
  mutating func see(_ box: Box, at time: Double) {
    let dt = max(time - self.time, 0)
    let side = box.width
    x.step(dt, unrest: Self.unrest * side, seen: box.center.x, error: Self.error * side)
    y.step(dt, unrest: Self.unrest * side, seen: box.center.y, error: Self.error * side)
    width.step(dt, unrest: Self.sideUnrest * side, seen: box.width, error: Self.error * side)
    height.step(dt, unrest: Self.sideUnrest * side, seen: box.height, error: Self.error * side)
    self.time = time
  }

  /// One coordinate: position and velocity with their covariance.
  private struct Axis: Sendable {
    var position: Double
    var velocity = 0.0
    var pp: Double
    var pv = 0.0
    var vv: Double

    init(_ position: Double, spread: Double, speed: Double) {
      self.position = position
      pp = spread * spread
      vv = speed * speed
    }

    /// Predicts by `dt` under random acceleration `unrest`, then corrects by what was `seen`.
    mutating func step(_ dt: Double, unrest: Double, seen: Double, error: Double) {
      let noise = unrest * unrest
      position += velocity * dt
      pp += dt * (2 * pv + dt * vv) + noise * dt * dt * dt * dt / 4
      pv += dt * vv + noise * dt * dt * dt / 2
      vv += noise * dt * dt
      let (gain, gainOfVelocity) = (pp / (pp + error * error), pv / (pp + error * error))
      let surprise = seen - position
      position += gain * surprise
      velocity += gainOfVelocity * surprise
      vv -= gainOfVelocity * pv
      pv *= 1 - gain
      pp *= 1 - gain
    }
  }
}
