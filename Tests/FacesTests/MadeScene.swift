import Foundation

@testable import Core
@testable import Faces

/// Faces that move over an even image, with what a detector might say of them: the truth is known.
struct MadeScene {
  /// Where a face is at a time; nil while it is away.
  typealias Path = (Double) -> Box?

  let paths: [Path]
  var seconds = 8.0
  var rate = 25.0
  /// Share of faces that the detector misses.
  var missing = 0.1
  /// False alarms a frame.
  var alarms = 0.05
  /// Part of a face that others may cover before it is not found; nil: all are found.
  var cover: Double?
  /// Error of an edge in sides of the face.
  var error = 0.03

  static let (width, height) = (640, 360)

  /// Figures of CLEAR MOT (Bernardin and Stiefelhagen, 2008); a hit overlaps by half.
  struct Figures {
    var truths = 0
    var misses = 0
    var alarms = 0
    var switches = 0
    var fragments = 0
    var accuracy: Double { 1 - Double(misses + alarms + switches) / Double(truths) }
  }

  func follow(_ tracker: Tracker = Tracker()) -> Figures {
    var (tracker, random, figures) = (tracker, MadeNumbers(seed: 11), Figures())
    var last = [Int?](repeating: nil, count: paths.count)
    var isLost = [Bool](repeating: false, count: paths.count)
    for frame in 0..<Int(seconds * rate) {
      let time = Double(frame) / rate
      let truth = paths.map { $0(time) }
      let image = draw(truth)
      let faces = tracker.update(detections(truth, &random), time: time, luma: image.luma)
      count(faces, truth, &last, &isLost, &figures)
    }
    return figures
  }

  private func count(
    _ faces: [TrackedFace], _ truth: [Box?], _ last: inout [Int?], _ isLost: inout [Bool], _ figures: inout Figures
  ) {
    var free = faces
    for (person, box) in truth.enumerated() {
      guard let box else { continue }
      figures.truths += 1
      let fits = free.indices.filter { free[$0].box.overlap(box) >= 0.5 }
      guard let hit = fits.first(where: { free[$0].track == last[person] }) ?? fits.first else {
        figures.misses += 1
        isLost[person] = last[person] != nil
        continue
      }
      let track = free.remove(at: hit).track
      if let before = last[person], before != track { figures.switches += 1 }
      if isLost[person] { figures.fragments += 1 }
      (last[person], isLost[person]) = (track, false)
    }
    figures.alarms += free.count
  }

  private func detections(_ truth: [Box?], _ random: inout MadeNumbers) -> [Detection] {
    var found: [Detection] = []
    for box in visible(truth) where random.unit() >= missing {
      let shift = { (side: Double, random: inout MadeNumbers) in random.normal() * side * error }
      let side = box.width + shift(box.width, &random)
      found.append(
        Detection(
          box: Box(x: box.x + shift(side, &random), y: box.y + shift(side, &random), width: side, height: side),
          score: 0.6))
    }
    if random.unit() < alarms {
      let side = 40 + random.unit() * 60
      let place = (random.unit() * (Double(Self.width) - side), random.unit() * (Double(Self.height) - side))
      found.append(Detection(box: Box(x: place.0, y: place.1, width: side, height: side), score: 0.4))
    }
    return found
  }

  /// The faces that those in front of them leave visible.
  private func visible(_ truth: [Box?]) -> [Box] {
    truth.indices.compactMap { person in
      guard let box = truth[person], let cover else { return truth[person] }
      let covered = truth[(person + 1)...].compactMap { $0 }.map { front in
        let union = box.overlap(front)
        return union * (box.area + front.area) / (1 + union) / box.area
      }
      return covered.max() ?? 0 > cover ? nil : box
    }
  }

  /// Each person has a pattern of their own; later ones stand in front.
  private func draw(_ truth: [Box?]) -> GreyImage {
    let image = GreyImage(width: Self.width, height: Self.height)
    let looks = truth.indices.map(Self.looks)
    for (person, box) in truth.enumerated() {
      guard let box else { continue }
      for y in max(0, Int(box.y))..<min(Self.height, Int(box.y + box.height)) {
        for x in max(0, Int(box.x))..<min(Self.width, Int(box.x + box.width)) {
          let (u, v) = ((Double(x) - box.x) / box.width, (Double(y) - box.y) / box.height)
          image.pixels[y * Self.width + x] = looks[person](u, v)
        }
      }
    }
    return image
  }

  /// Soft light and shade, as a face has.
  private static func looks(_ person: Int) -> (Double, Double) -> UInt8 {
    var random = MadeNumbers(seed: UInt64(person * 1000 + 1))
    let waves = (0..<4).map { _ in
      (random.unit() * 12 - 6, random.unit() * 12 - 6, random.unit() * 6, 20 + random.unit() * 10)
    }
    return { u, v in UInt8(waves.reduce(128) { $0 + $1.3 * cos($1.0 * u + $1.1 * v + $1.2) }) }
  }
}
