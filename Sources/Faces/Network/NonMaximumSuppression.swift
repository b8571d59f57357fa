import Core

/// Makes one detection of all that a detector found of one face.
struct NonMaximumSuppression {
  /// Boxes that overlap the best by more are of the same face.
  var overlap = 0.35
  /// So are boxes of which the smaller lies in the larger by more.
  var containment = 0.75
  /// Boxes that overlap the best by more have a say in where the face is.
  var agreement = 0.55

  /// One detection a face, best first. Its box and points are means, weighted by squared scores; its score is the best.
  func merged(_ detections: [Detection]) -> [Detection] {
    // Thousands of cells answer where the threshold is low: only boxes are compared, and nothing is copied.
    let order = detections.indices.sorted { detections[$0].score > detections[$1].score }
    let boxes = order.map { detections[$0].box }
    var isTaken = [Bool](repeating: false, count: order.count)
    var faces: [Detection] = []
    for best in order.indices where !isTaken[best] {
      var same: [Detection] = []
      for other in best..<order.count where !isTaken[other] && isSame(boxes[other], boxes[best]) {
        isTaken[other] = true
        if boxes[other].overlap(boxes[best]) > agreement { same.append(detections[order[other]]) }
      }
      faces.append(mean(of: same, score: detections[order[best]].score))
    }
    return faces
  }

  private func isSame(_ box: Box, _ best: Box) -> Bool {
    let union = box.overlap(best)
    guard union <= overlap else { return true }
    let common = union * (box.area + best.area) / (1 + union)
    return common > containment * min(box.area, best.area)
  }

  private func mean(of same: [Detection], score: Double) -> Detection {
    let weights = same.map { $0.score * $0.score }
    let sum = weights.reduce(0, +)
    func mean(_ value: (Detection) -> Double) -> Double {
      zip(same, weights).reduce(0) { $0 + value($1.0) * $1.1 } / sum
    }
    let box = Box(
      x: mean { $0.box.x }, y: mean { $0.box.y }, width: mean { $0.box.width }, height: mean { $0.box.height })
    // A detector marks all faces or none.
    let points = same[0].landmarks.map { _ in
      FacePoints { i in Point(x: mean { $0.landmarks![i].x }, y: mean { $0.landmarks![i].y }) }
    }
    return Detection(box: box, score: score, landmarks: points)
  }
}
