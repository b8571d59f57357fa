import Core
import Faces
import Foundation

/// What a cell's answer costs, with gradients: focal loss (Lin et al., ICCV 2017) of the logit, and for cells that answer for a face Huber's
/// loss of box and points, in sides of the face.
struct DetectionLoss {
  /// Weight of a box.
  var boxWeight: Float = 1
  /// Weight of five points.
  var pointWeight: Float = 0.5
  /// Exponent of the focal loss.
  private let focus: Float = 2
  /// Errors below this count squared.
  private let tolerance: Float = 0.05

  /// The loss of a scene's cells at a level; `gradient` is overwritten. Both are multiplied by `factor`.
  func add(
    _ targets: GridTargets, _ faces: [MarkedFace], level: DetectionLevel, values: UnsafePointer<Float>,
    gradient: UnsafeMutablePointer<Float>, factor: Float
  ) -> Float {
    var loss: Float = 0
    for (cell, answer) in targets.answers.enumerated() {
      let at = cell * DetectionLevel.outputs
      (gradient + at).update(repeating: 0, count: DetectionLevel.outputs)
      switch answer {
      case .none: continue
      case .background: loss += addFocal(values + at, gradient + at, isFace: false, factor)
      case .face(let index):
        let share = factor * targets.weights[cell]
        loss += addFocal(values + at, gradient + at, isFace: true, share)
        loss += addPlace(faces[index], targets.middle(cell), level, values + at, gradient + at, share)
      }
    }
    return loss
  }

  private func addFocal(
    _ values: UnsafePointer<Float>, _ gradient: UnsafeMutablePointer<Float>, isFace: Bool, _ factor: Float
  ) -> Float {
    // With z for a face and -z for background both have one form.
    let z = isFace ? values[0] : -values[0]
    let p = 1 / (1 + exp(-z))
    let logP = z > 0 ? -log(1 + exp(-z)) : z - log(1 + exp(z))
    let rest = pow(1 - p, focus)
    let slope = rest * (focus * p * logP + p - 1)
    gradient[0] = factor * (isFace ? slope : -slope)
    return -factor * rest * logP
  }

  private func addPlace(
    _ face: MarkedFace, _ middle: Point, _ level: DetectionLevel, _ values: UnsafePointer<Float>,
    _ gradient: UnsafeMutablePointer<Float>, _ factor: Float
  ) -> Float {
    let (center, unit) = (face.box.center, level.unit)
    let relative = Float(unit / face.side)
    let across = Float((center.x - middle.x) / unit)
    let down = Float((center.y - middle.y) / unit)
    var loss = addHuber(1, across, scale: relative, boxWeight * factor, values, gradient)
    loss += addHuber(2, down, scale: relative, boxWeight * factor, values, gradient)
    loss += addHuber(3, Float(log(face.box.width / unit)), scale: 1, boxWeight * factor, values, gradient)
    loss += addHuber(4, Float(log(face.box.height / unit)), scale: 1, boxWeight * factor, values, gradient)
    guard let points = face.landmarks else { return loss }
    for (index, point) in points.enumerated() {
      let (x, y) = (Float((point.x - middle.x) / unit), Float((point.y - middle.y) / unit))
      loss += addHuber(5 + 2 * index, x, scale: relative, pointWeight * factor / 5, values, gradient)
      loss += addHuber(6 + 2 * index, y, scale: relative, pointWeight * factor / 5, values, gradient)
    }
    return loss
  }

  /// Loss of number `index` of a cell, which should be `target`; errors count `scale` times.
  private func addHuber(
    _ index: Int, _ target: Float, scale: Float, _ weight: Float, _ values: UnsafePointer<Float>,
    _ gradient: UnsafeMutablePointer<Float>
  ) -> Float {
    let error = (values[index] - target) * scale
    let isSmall = abs(error) < tolerance
    gradient[index] = weight * scale * (isSmall ? error / tolerance : (error > 0 ? 1 : -1))
    return weight * (isSmall ? error * error / (2 * tolerance) : abs(error) - tolerance / 2)
  }
}
