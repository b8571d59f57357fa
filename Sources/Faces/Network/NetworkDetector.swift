import Core
import Foundation

/// Finds faces with Mien's network, at full size and at sizes 4, 16, … times smaller until a face would fill the picture.
///
/// Where no face is, it looks at a quarter of the size for large faces that lie on their side, and now and then at the picture upside
/// down: recordings whose rotation was lost, cameras under a ceiling.
///
/// The network knows faces of 18 to 120 pixels at each size, so that sizes overlap; what they find of one face is merged, and looked at
/// again where it is not sure. Pictures are scaled to at most `Options.pixels`, or so that faces of `Options.smallestFace` are
/// seen; what is larger than a tile then is looked at tile by tile.
public final class NetworkDetector: Detector {
  /// What it looks at and what it calls a face.
  public struct Options: Hashable, Sendable {
    /// Faces that score less are not called.
    public var threshold: Double
    /// Most pixels that the network looks at; larger pictures are scaled down.
    public var pixels = 640 * 480
    /// Side in pixels of the picture from which on faces are looked for, even if that takes more than `pixels`.
    public var smallestFace = Double.infinity
    /// Smaller boxes are not called.
    public var leastBox = 0.0
    /// How far smaller pictures are scaled up to that.
    public var enlargement = 1.5
    /// Faces on their side or upside down must score as much, where no other face is; nil: they are not looked for.
    public var lyingThreshold: Double? = 0.8
    /// How faces that are not sure are looked at again; nil: they are believed.
    public var secondLook: SecondLook? = SecondLook()
    /// Side in the network's pixels from which on it finds faces.
    public static let knownSide = 24.0

    /// Calls faces from `threshold` on.
    public init(threshold: Double = 0.5) { self.threshold = threshold }

    /// How much larger than it is the network sees a picture first.
    public func scale(width: Double, height: Double) -> Double {
      min(max(Self.knownSide / smallestFace, (Double(pixels) / (width * height)).squareRoot()), enlargement)
    }

    func scale(of picture: LumaPlane) -> Double {
      scale(width: Double(picture.width), height: Double(picture.height))
    }

    /// Score from which on a first look is worth a second one.
    var firstThreshold: Double { min(threshold, secondLook?.scores.lowerBound ?? threshold) }
  }

  /// How it looks.
  public let options: Options
  let network: DetectionNetwork
  private let scaler = LumaScaler()
  private let second: SecondLooker?
  /// Pictures in a row in which no face was surely upright; whether faces were upside down in the last of them.
  private var (doubtful, isUpsideDown) = (0, false)
  /// A face of this score is upright: those upside down score up to 0.8.
  private static let surelyUpright = 0.85
  /// Of so many pictures without such a face one is looked at upside down, which takes as long as the first look.
  private static let upsideDownEvery = 4

  /// Runs `network` on `threads` threads, which do not change what is found.
  public convenience init(_ network: DetectorFile, options: Options? = nil, threads: Int = 1) {
    self.init(
      DetectionNetwork(network, threads: threads), options: options ?? Options(threshold: network.threshold))
  }

  init(_ network: DetectionNetwork, options: Options) {
    (self.network, self.options) = (network, options)
    second = options.secondLook.map { SecondLooker($0, network) }
  }

  public func detect(in picture: LumaPlane) -> [Detection] {
    let found = judged(look(at: picture, options.scale(of: picture)), in: picture)
    return uprightOrTurned(found, in: picture)
  }

  /// `found`, the upright faces of `picture`, or those upside down or on their side where they are more likely.
  func uprightOrTurned(_ found: [Detection], in picture: LumaPlane) -> [Detection] {
    guard let threshold = options.lyingThreshold, !found.contains(where: { $0.score >= Self.surelyUpright }) else {
      (doubtful, isUpsideDown) = (0, false)
      return found
    }
    let turned = nowAndThenUpsideDown(in: picture, threshold).filter(isLargeEnough)
    isUpsideDown = turned.totalScore > found.totalScore
    if isUpsideDown { return turned }
    return found.isEmpty ? lying(in: picture, threshold).filter(isLargeEnough) : found
  }

  private func nowAndThenUpsideDown(in picture: LumaPlane, _ threshold: Double) -> [Detection] {
    defer { doubtful += 1 }
    return isUpsideDown || doubtful % Self.upsideDownEvery == 0 ? upsideDown(in: picture, threshold) : []
  }

  public func leastSide(width: Int, height: Int) -> Double? {
    NetworkDetector.Options.knownSide / options.scale(width: Double(width), height: Double(height))
  }

  /// Faces, each once, of what looks at `picture` gave.
  func judged(_ found: [Detection], in picture: LumaPlane) -> [Detection] {
    let faces = Suppression().merged(found)
    let judged = second?.judged(faces, in: picture) ?? faces
    return judged.filter { $0.score >= options.threshold && isLargeEnough($0) }
  }

  private func isLargeEnough(_ face: Detection) -> Bool { face.box.area.squareRoot() >= options.leastBox }

  /// What the network sees at `scale` and at smaller sizes, in the picture's pixels.
  func look(at picture: LumaPlane, _ scale: Double) -> [Detection] {
    let tiles = Self.tiles(of: picture, scale, side: Self.tileSide)
    guard tiles.count > 1 else { return lookAtAllSizes(of: picture, scale) }
    return tiles.flatMap { look(at: $0, of: picture, scale) } + look(at: picture, scale / 4)
  }

  /// What the network sees in a tile at `scale` alone, in the picture's pixels.
  func look(at tile: PictureTiles.Tile, of picture: LumaPlane, _ scale: Double) -> [Detection] {
    let part = picture.part(x: tile.x.start, y: tile.y.start, width: tile.x.length, height: tile.y.length)
    let by = begin(part, scale)
    return network.look(at: scaler, from: options.firstThreshold).compactMap { found in
      let face = found.scaled(by.x, by.y).moved(Double(tile.x.start), Double(tile.y.start))
      return tile.owns(face.box.center) ? face : nil
    }
  }

  /// Takes `picture` in at `scale`; gives the picture's pixels by the scaler's.
  private func begin(_ picture: LumaPlane, _ scale: Double) -> (x: Double, y: Double) {
    let size = Self.size(of: picture, scale)
    scaler.begin(picture, width: size.width, height: size.height)
    return (Double(picture.width) / Double(size.width), Double(picture.height) / Double(size.height))
  }

  /// Tiles of at most `side` of the network's pixels; neighbours share a face of the largest size that it knows.
  static func tiles(of picture: LumaPlane, _ scale: Double, side: Double) -> [PictureTiles.Tile] {
    PictureTiles(
      width: picture.width, height: picture.height, side: Int(side / scale), overlap: Int(overlap / scale)
    ).tiles
  }

  private static let tileSide = 1024.0
  private static let overlap = 144.0

  /// Faces whose crown points to the right or the left.
  private func lying(in picture: LumaPlane, _ threshold: Double) -> [Detection] {
    let size = Self.size(of: picture, options.scale(of: picture))
    // Turned, they fit the quarter's network: another one would take memory for a rare case.
    let room = (width: max(size.width / 4, 1), height: max(size.height / 4, 1))
    let fit = Double(min(room.width, room.height)) / Double(max(size.width, size.height))
    let (width, height) = (max(Int(Double(size.width) * fit), 1), max(Int(Double(size.height) * fit), 1))
    let scale = (x: Double(picture.width) / Double(width), y: Double(picture.height) / Double(height))
    let found = PictureTurn.allCases.filter(\.isSideways).flatMap { turn in
      scaler.begin(picture, width: width, height: height)
      scaler.turn(turn)
      return network.look(at: scaler, from: threshold, room: room).map {
        turn.undone($0, width: Double(width), height: Double(height))
      }
    }
    return Suppression().merged(found.map { $0.scaled(scale.x, scale.y) })
  }

  /// Faces whose crown points down.
  private func upsideDown(in picture: LumaPlane, _ threshold: Double) -> [Detection] {
    var coarse = options
    coarse.smallestFace = .infinity
    let found = lookAtAllSizes(of: picture, coarse.scale(of: picture), turned: .half, from: threshold)
    let (width, height) = (Double(picture.width), Double(picture.height))
    return Suppression().merged(found.map { PictureTurn.half.undone($0, width: width, height: height) })
  }

  /// What the network finds in a picture of one tile, in its pixels, once turned.
  private func lookAtAllSizes(
    of picture: LumaPlane, _ scale: Double, turned turn: PictureTurn? = nil, from threshold: Double? = nil
  ) -> [Detection] {
    let by = begin(picture, scale)
    if let turn { scaler.turn(turn) }
    var (found, scale) = ([Detection](), 1.0)
    while true {
      found += network.look(at: scaler, from: threshold ?? options.firstThreshold).map {
        $0.scaled(scale * by.x, scale * by.y)
      }
      guard max(scaler.plane.width, scaler.plane.height) > 2 * Self.leastSide else { break }
      scaler.quarter()
      scale *= 4
    }
    return found
  }

  /// A size below which nothing new is found: the network has seen faces of 120 pixels before.
  private static let leastSide = 29

  private static func size(of picture: LumaPlane, _ scale: Double) -> (width: Int, height: Int) {
    let (width, height) = (Double(picture.width), Double(picture.height))
    return (max(Int((width * scale).rounded()), 1), max(Int((height * scale).rounded()), 1))
  }
}

extension [Detection] {
  fileprivate var totalScore: Double { reduce(0) { $0 + $1.score } }
}

extension Detection {
  /// In a picture `x` times as wide and `y` times as high.
  fileprivate func scaled(_ x: Double, _ y: Double) -> Detection {
    Detection(
      box: Box(x: box.x * x, y: box.y * y, width: box.width * x, height: box.height * y), score: score,
      landmarks: landmarks?.moved { Point(x: $0.x * x, y: $0.y * y) })
  }

  /// In a picture whose origin lies so far to the left and above.
  fileprivate func moved(_ x: Double, _ y: Double) -> Detection {
    Detection(
      box: Box(x: box.x + x, y: box.y + y, width: box.width, height: box.height), score: score,
      landmarks: landmarks?.moved { Point(x: $0.x + x, y: $0.y + y) })
  }
}
