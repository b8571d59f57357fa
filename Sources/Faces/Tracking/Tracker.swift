import Core

/// A face followed into a frame.
public struct TrackedFace: Hashable, Sendable {
  /// Identity within the recording, from 1.
  public var track: Int
  /// In pixels of the image, smoothed.
  public var box: Box
  /// The detector's, when last seen; 0 to 1.
  public var score: Double
  /// Carried from an earlier frame, not detected in this one.
  public var isHeld: Bool
  /// As detected; nil when held, or where the detector marks none.
  public var landmarks: FacePoints?
}

/// Follows faces through a recording: the same faces in the same frames give the same tracks.
///
/// Boxes move as a Kalman filter predicts and are paired with detections by the Hungarian method (as in SORT, Bewley et
/// al., 2016) on distance, size and, where the image is given, looks. A face that is missed is held for a while, then
/// remembered by its looks, and takes its number up again when it comes back, wherever. A cut ends all.
public struct Tracker: Sendable {
  /// For how long, to what likeness, from what score.
  public struct Options: Sendable {
    /// Seconds that a face is held without being seen.
    public var hold = 0.5
    /// Seconds after which a face that left is forgotten.
    public var memory = 10.0
    /// Correlation from which a face that comes back takes its old number.
    public var likeness = 0.7
    /// Sides of a face within which a new one may be one that left there, half hidden still.
    public var vicinity = 4.0
    /// Correlation from which it is that face.
    public var likenessNearby = 0.5
    /// Seconds for which such a face waits for a better look before it gets a new number.
    public var patience = 1.0
    /// In the first image, and after a cut, a face that scores as much gets a number at once.
    public var birthScore = 0.5
    /// Else it needs at least two sights whose scores sum to this, so that passing false alarms get none.
    public var birthSum = 1.4
    /// Seconds, or two looks if that is longer, within which it must be seen again.
    public var confirmation = 0.4

    /// The defaults.
    public init() {}
  }

  /// How it follows.
  public let options: Options
  private var tracks: [Track] = []
  private var cut = SceneCut()
  private var next = 1
  /// Whether this is the first image, or the first after a cut.
  private var isBeginning = true
  /// Times of the frames that were looked at last and before.
  private var looked = -Double.infinity
  private var lookedBefore = -Double.infinity

  /// Nothing followed yet.
  public init(options: Options = Options()) { self.options = options }

  /// Takes in what was detected in the frame at `time` (seconds, not going back) and gives the faces in it in order of
  /// their tracks. `luma` is the frame's image: without it cuts and looks are not seen.
  public mutating func update(_ detections: [Detection], time: Double, luma: LumaPlane? = nil) -> [TrackedFace] {
    if let luma, cut.change(to: luma, time: time) != .none { beginAnew() }
    defer { isBeginning = false }
    let options = options
    var sights = detections.map { Sight($0, in: luma) }
    forget(at: time)
    let before = looked
    (lookedBefore, looked) = (looked, time)
    pair(&sights, at: time, isReturn: false) { $0.isFollowed(at: before, options) ? $0.distance(to: $1, at: time) : 2 }
    sights.removeAll { sight in tracks.contains { $0.lastSeen == time && $0.box(at: time).overlap(sight.box) > 0.4 } }
    pair(&sights, at: time, isReturn: true) { $0.strangeness(of: $1, options) }
    tracks += sights.map { Track($0, at: time) }
    number(at: time)
    return faces(at: time)
  }

  /// The next image has nothing to do with those before: as after a cut.
  public mutating func beginAnew() { (tracks, isBeginning) = ([], true) }

  /// The faces at `time`, a frame in which nothing was looked for: those of the frame that was looked at last, moved on.
  public func held(at time: Double) -> [TrackedFace] {
    faces(at: time).map { face in
      var face = face
      (face.isHeld, face.landmarks) = (true, nil)
      return face
    }
  }

  /// Drops what was not seen for too long.
  private mutating func forget(at time: Double) {
    tracks.removeAll { track in
      guard track.id == nil else { return time - track.lastSeen > options.memory }
      return track.lastSeen < lookedBefore && time - track.lastSeen > options.confirmation
    }
  }

  /// Gives sights to those tracks that fit them best, and takes them off the list.
  private mutating func pair(
    _ sights: inout [Sight], at time: Double, isReturn: Bool, cost: (Track, Sight) -> Double
  ) {
    let candidates = tracks.indices.filter { tracks[$0].lastSeen < time }
    let columns = Assignment.columns(rows: sights.isEmpty ? 0 : candidates.count, columns: sights.count, limit: 1) {
      cost(tracks[candidates[$0]], sights[$1])
    }
    for (index, column) in zip(candidates, columns) {
      guard let column else { continue }
      tracks[index].see(sights[column], at: time, isReturn: isReturn)
    }
    for place in sights.indices.reversed() where columns.contains(place) { sights.remove(at: place) }
  }

  /// Numbers the tracks that have earned it: with the number of a face that left and looks the same, else with a new one. A face that
  /// comes out from behind something looks like itself by and by.
  private mutating func number(at time: Double) {
    var taken: Set<Int> = []
    for index in tracks.indices where hasEarnedNumber(tracks[index], at: time) {
      let absent = tracks.indices.filter { tracks[$0].id != nil && tracks[$0].lastSeen < time && !taken.contains($0) }
      let nearby = absent.filter { tracks[$0].isNear(tracks[index], sides: options.vicinity) }
      if let same = likest(absent, tracks[index], options.likeness)
        ?? likest(nearby, tracks[index], options.likenessNearby)
      {
        tracks[index].id = tracks[same].id
        taken.insert(same)
      } else if nearby.isEmpty || time - tracks[index].born >= options.patience {
        tracks[index].id = next
        next += 1
      }
    }
    for index in tracks.indices.reversed() where taken.contains(index) { tracks.remove(at: index) }
  }

  /// That of the tracks at `places` that looks most like `track`, if enough.
  private func likest(_ places: [Int], _ track: Track, _ least: Double) -> Int? {
    places.map { (place: $0, likeness: tracks[$0].likeness(to: track)) }.filter { $0.likeness >= least }
      .max { $0.likeness < $1.likeness }?.place
  }

  private func hasEarnedNumber(_ track: Track, at time: Double) -> Bool {
    guard track.id == nil, track.lastSeen == time else { return false }
    return isBeginning && track.score >= options.birthScore
      || track.sights > 1 && track.evidence >= options.birthSum
  }

  private func faces(at time: Double) -> [TrackedFace] {
    var faces: [TrackedFace] = []
    faces.reserveCapacity(tracks.count)
    for track in tracks where track.isFollowed(at: looked, options) {
      if let face = track.face(at: time) { faces.append(face) }
    }
    faces.sort { $0.track < $1.track }
    return faces
  }
}
