import Core
import Foundation

/// A detection with its looks.
struct Sight {
  let detection: Detection
  let appearance: FaceAppearance?
  var box: Box { detection.box }

  init(_ detection: Detection, in luma: LumaPlane?) {
    self.detection = detection
    appearance = luma.map { FaceAppearance(of: detection, in: $0) }
  }
}

/// One face over time.
struct Track: Sendable {
  /// Nil until it has earned a number.
  var id: Int?
  private(set) var sights = 1
  /// Sum of the scores of all sights.
  private(set) var evidence: Double
  private(set) var score: Double
  private(set) var lastSeen: Double
  private var landmarks: FacePoints?
  private var motion: BoxMotion
  private var appearance: FaceAppearance?
  /// How it looked when it was seen last.
  private var newest: FaceAppearance?
  /// When it was seen first.
  let born: Double

  init(_ sight: Sight, at time: Double) {
    score = sight.detection.score
    evidence = score
    landmarks = sight.detection.landmarks
    lastSeen = time
    motion = BoxMotion(sight.box, at: time)
    (appearance, newest, born) = (sight.appearance, sight.appearance, time)
  }

  /// Whether it is looked for where it should be; else it has left and may come back.
  func isFollowed(at time: Double, _ options: Tracker.Options) -> Bool { time - lastSeen <= options.hold }

  func box(at time: Double) -> Box { motion.box(at: time, isHeld: time > lastSeen) }

  /// What is said of it in the frame at `time`; nil without a number.
  func face(at time: Double) -> TrackedFace? {
    guard let id else { return nil }
    let isHeld = time > lastSeen
    return TrackedFace(
      track: id, box: box(at: time), score: score, isHeld: isHeld, landmarks: isHeld ? nil : landmarks)
  }

  /// Takes in a sight; a face that comes back starts its movement anew.
  mutating func see(_ sight: Sight, at time: Double, isReturn: Bool) {
    if isReturn { motion = BoxMotion(sight.box, at: time) } else { motion.see(sight.box, at: time) }
    if let new = sight.appearance {
      if appearance == nil { appearance = new } else { appearance?.see(new) }
    }
    newest = sight.appearance
    (score, landmarks, lastSeen) = (sight.detection.score, sight.detection.landmarks, time)
    sights += 1
    evidence += score
  }

  /// How badly a sight fits where the face should be: 1 and more is no fit. Distance counts in sides of the box, of
  /// which more are allowed the longer it was not seen; a doubled size and a face that looks quite different count half.
  func distance(to sight: Sight, at time: Double) -> Double {
    let box = box(at: time)
    let (dx, dy) = (box.center.x - sight.box.center.x, box.center.y - sight.box.center.y)
    let away = (dx * dx + dy * dy).squareRoot() / max(box.width, sight.box.width)
    let allowed = 0.6 + min(time - lastSeen, 1)
    let size = abs(log2(sight.box.width / box.width))
    guard away < allowed, size < 0.9 else { return 2 }
    return (away / allowed + size) / 2 + strangeness(sight) / 2
  }

  /// How much `other` looks, as it was seen last, like this face did; 0 where an image is missing.
  func likeness(to other: Track) -> Double {
    guard let appearance, let newest = other.newest else { return 0 }
    return appearance.likeness(newest)
  }

  /// Whether `other` was seen within so many sides of where this face was seen last.
  func isNear(_ other: Track, sides: Double) -> Bool {
    let (here, there) = (motion.box(at: lastSeen, isHeld: false), other.motion.box(at: other.lastSeen, isHeld: false))
    let (dx, dy) = (here.center.x - there.center.x, here.center.y - there.center.y)
    return (dx * dx + dy * dy).squareRoot() < sides * max(here.width, there.width)
  }

  /// How little a sight looks like a face that left: 1 and more is another face.
  func strangeness(of sight: Sight, _ options: Tracker.Options) -> Double {
    guard id != nil, appearance != nil, sight.appearance != nil else { return 2 }
    return strangeness(sight) / (1 - options.likeness)
  }

  private func strangeness(_ sight: Sight) -> Double {
    guard let appearance, let other = sight.appearance else { return 0 }
    return 1 - appearance.likeness(other)
  }
}
