import Core

/// Judges a face detector against boxes that people drew.
///
/// A detection hits a face when its middle is within 0.35 sides of the face's and its side between 0.5 and 2 of it
/// (a side is the root of the area). A face is hit once, by its best detection; what else falls on it is a false alarm.
/// Faces smaller than `leastSide` pixels count neither way.
public struct DetectionScorer: Sendable {
  /// Sides below this are too small to count, pixels.
  public let leastSide: Double
  private var ranked: [(score: Double, isHit: Bool)] = []
  private var images = 0
  private var faces = 0

  /// Nothing judged yet.
  public init(leastSide: Double = 24) { self.leastSide = leastSide }

  /// Takes in one image: the true boxes and what was detected, in any order.
  public mutating func add(truth: [Box], detections: [Detection]) {
    images += 1
    var free = Set(truth.indices)
    faces += truth.filter { counts($0) }.count
    for detection in detections.sorted(by: { $0.score > $1.score }) {
      let near = truth.indices.filter { Self.isHit(detection.box, truth[$0]) }
      let best = near.filter { free.contains($0) && counts(truth[$0]) }
        .max { truth[$0].overlap(detection.box) < truth[$1].overlap(detection.box) }
      if let best {
        free.remove(best)
        ranked.append((detection.score, true))
      } else if !near.contains(where: { !counts(truth[$0]) }) {
        ranked.append((detection.score, false))
      }
    }
  }

  private func counts(_ box: Box) -> Bool { box.area.squareRoot() >= leastSide }

  /// Whether a detected box hits a true one.
  public static func isHit(_ box: Box, _ truth: Box) -> Bool {
    let (side, other) = (truth.area.squareRoot(), box.area.squareRoot())
    let (dx, dy) = (box.center.x - truth.center.x, box.center.y - truth.center.y)
    return (dx * dx + dy * dy).squareRoot() <= 0.35 * side && (0.5 * side...2 * side).contains(other)
  }

  /// The figures of all that was taken in.
  public var result: DetectionResult {
    let curve = self.curve
    let tenth = curve.last { $0.alarms * 10 <= images }
    return DetectionResult(
      images: images, faces: faces, detections: ranked.count, averagePrecision: 100 * averagePrecision(curve),
      recallAtTenth: 100 * (tenth.map(recall) ?? 0), scoreAtTenth: tenth?.score ?? 1)
  }

  /// What is called a face from a score on.
  private struct Operating {
    var hits: Int
    var alarms: Int
    var score: Double
  }

  /// Hits and false alarms from the best score down; equal scores go together.
  private var curve: [Operating] {
    var points: [Operating] = []
    var (hits, alarms) = (0, 0)
    let ordered = ranked.sorted { $0.score > $1.score }
    for (index, entry) in ordered.enumerated() {
      if entry.isHit { hits += 1 } else { alarms += 1 }
      if index + 1 == ordered.count || ordered[index + 1].score < entry.score {
        points.append(Operating(hits: hits, alarms: alarms, score: entry.score))
      }
    }
    return points
  }

  private func recall(_ point: Operating) -> Double {
    faces > 0 ? Double(point.hits) / Double(faces) : 0
  }

  /// Area under the curve of precision by recall, where precision is the best at that recall or beyond.
  private func averagePrecision(_ curve: [Operating]) -> Double {
    var (area, best, after) = (0.0, 0.0, curve.last.map(recall) ?? 0)
    for index in curve.indices.reversed() {
      best = max(best, Double(curve[index].hits) / Double(curve[index].hits + curve[index].alarms))
      let before = index > 0 ? recall(curve[index - 1]) : 0
      area += best * (after - before)
      after = before
    }
    return area
  }
}

/// What `mien detector evaluate` found, as its JSON has it.
public struct DetectionResult: Codable, Hashable, Sendable {
  /// Images judged.
  public var images: Int
  /// Faces in them that count.
  public var faces: Int
  /// Detections that count.
  public var detections: Int
  /// Percent.
  public var averagePrecision: Double
  /// Recall at one false alarm in ten images, percent.
  public var recallAtTenth: Double
  /// The score from which on there is one false alarm in ten images.
  public var scoreAtTenth: Double

  enum CodingKeys: String, CodingKey {
    case faces, detections
    // Files of earlier versions have it.
    case images = "pictures"
    case averagePrecision = "average_precision"
    case recallAtTenth = "recall_at_0.1"
    case scoreAtTenth = "score_at_0.1"
  }
}
