import Core
import Faces

/// Makes boxes that people of different data sets drew in different ways agree.
///
/// Where a detector found the face too, its box and points are taken; where not, people's box is moved and stretched as the detector's
/// boxes of the same folder lie to people's in the middle (medians).
struct BoxConventions {
  /// A detector's box by people's: shift of the middle and sides, in sides of people's box.
  private struct Relation {
    var x = 0.0
    var y = 0.0
    var width = 1.0
    var height = 1.0
  }

  private var relations: [String: Relation] = [:]
  /// What the detector is less sure of tells neither points nor boxes.
  private static let leastScore = 0.6

  init(_ boxes: FaceBoxes) {
    var found: [String: [Relation]] = [:]
    for image in boxes.images {
      for box in image.boxes {
        guard let detection = Self.match(box, image.detections) else { continue }
        found[Self.folder(image.name), default: []].append(Self.relation(detection.box, to: box))
      }
    }
    relations = found.mapValues(Self.median)
  }

  /// People's faces, and as uncertain ones what only the detector called a face.
  func faces(_ image: FaceBoxes.Image) -> [MarkedFace] {
    let relation = relations[Self.folder(image.name)] ?? Relation()
    let marked = image.boxes.map { box in
      Self.match(box, image.detections).map { MarkedFace(box: $0.box, landmarks: $0.landmarks) }
        ?? MarkedFace(box: Self.apply(relation, box))
    }
    let others = image.detections.filter { detection in
      !image.boxes.contains { DetectionScorer.isHit(detection.box, $0) }
    }
    return marked + others.map { MarkedFace(box: $0.box, isCertain: false) }
  }

  private static func match(_ box: Box, _ detections: [Detection]) -> Detection? {
    detections.filter { $0.score >= leastScore && DetectionScorer.isHit($0.box, box) }.max { $0.score < $1.score }
  }

  private static func folder(_ name: String) -> String { name.contains("/") ? String(name.prefix { $0 != "/" }) : "" }

  private static func relation(_ box: Box, to truth: Box) -> Relation {
    Relation(
      x: (box.center.x - truth.center.x) / truth.width, y: (box.center.y - truth.center.y) / truth.height,
      width: box.width / truth.width, height: box.height / truth.height)
  }

  private static func apply(_ relation: Relation, _ box: Box) -> Box {
    let (width, height) = (box.width * relation.width, box.height * relation.height)
    let center = Point(x: box.center.x + relation.x * box.width, y: box.center.y + relation.y * box.height)
    return Box(x: center.x - width / 2, y: center.y - height / 2, width: width, height: height)
  }

  private static func median(_ relations: [Relation]) -> Relation {
    func middle(_ value: (Relation) -> Double) -> Double { relations.map(value).sorted()[relations.count / 2] }
    return Relation(x: middle(\.x), y: middle(\.y), width: middle(\.width), height: middle(\.height))
  }
}
