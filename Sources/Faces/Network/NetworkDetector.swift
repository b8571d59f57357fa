import Core
import Foundation

/// Finds faces with Mien's network, at full size and at sizes 4, 16, … times smaller until a face would fill the image.
///
/// Where no face is, it looks at a quarter of the size for large faces that lie on their side, and now and then at the image upside
/// down: recordings whose rotation was lost, cameras under a ceiling.
///
/// The network knows faces of 18 to 120 pixels at each size, so that sizes overlap; what they find of one face is merged, and looked at
/// again where it is not sure. Images are scaled to at most `Options.pixels`, or so that faces of `Options.smallestFace` are
/// seen; what is larger than a tile then is looked at tile by tile.
public final class NetworkDetector: Detector {
  /// What it looks at and what it calls a face.
  public struct Options: Hashable, Sendable {
    /// Faces that score less are not called.
    public var threshold: Double
    /// Most pixels that the network looks at; larger images are scaled down.
    public var pixels = 640 * 480
    /// Side in pixels of the image from which on faces are looked for, even if that takes more than `pixels`.
    public var smallestFace = Double.infinity
    /// Smaller boxes are not called.
    public var leastBox = 0.0
    /// How far smaller images are scaled up to that.
    public var enlargement = 1.5
    /// Faces on their side or upside down must score as much, where no other face is; nil: they are not looked for.
    public var lyingThreshold: Double? = 0.8
    /// How faces that are not sure are looked at again; nil: they are believed.
    public var secondLook: SecondLook? = SecondLook()
    /// Side in the network's pixels from which on it finds faces.
    public static let knownSide = 24.0

    /// Calls faces from `threshold` on.
    public init(threshold: Double = 0.5) { self.threshold = threshold }

    /// How much larger than it is the network sees an image first.
    public func scale(width: Double, height: Double) -> Double {
      min(max(Self.knownSide / smallestFace, (Double(pixels) / (width * height)).squareRoot()), enlargement)
    }

    func scale(of image: LumaPlane) -> Double {
      scale(width: Double(image.width), height: Double(image.height))
    }

    /// Score from which on a first look is worth a second one.
    var firstThreshold: Double { min(threshold, secondLook?.scores.lowerBound ?? threshold) }
  }

  /// How it looks.
  public let options: Options
  let network: DetectionNetwork
  private let scaler = LumaScaler()
  private let second: SecondLooker?
  /// Images in a row in which no face was surely upright; whether faces were upside down in the last of them.
  private var (doubtful, isUpsideDown) = (0, false)
  /// A face of this score is upright: those upside down score up to 0.8.
  private static let surelyUpright = 0.85
  /// Of so many images without such a face one is looked at upside down, which takes as long as the first look.
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

  public func detect(in image: LumaPlane) -> [Detection] {
    let found = judged(look(at: image, options.scale(of: image)), in: image)
    return uprightOrTurned(found, in: image)
  }

  /// `found`, the upright faces of `image`, or those upside down or on their side where they are more likely.
  func uprightOrTurned(_ found: [Detection], in image: LumaPlane) -> [Detection] {
    guard let threshold = options.lyingThreshold, !found.contains(where: { $0.score >= Self.surelyUpright }) else {
      (doubtful, isUpsideDown) = (0, false)
      return found
    }
    let turned = nowAndThenUpsideDown(in: image, threshold).filter(isLargeEnough)
    isUpsideDown = turned.totalScore > found.totalScore
    if isUpsideDown { return turned }
    return found.isEmpty ? lying(in: image, threshold).filter(isLargeEnough) : found
  }

  private func nowAndThenUpsideDown(in image: LumaPlane, _ threshold: Double) -> [Detection] {
    defer { doubtful += 1 }
    return isUpsideDown || doubtful % Self.upsideDownEvery == 0 ? upsideDown(in: image, threshold) : []
  }

  public func leastSide(width: Int, height: Int) -> Double? {
    NetworkDetector.Options.knownSide / options.scale(width: Double(width), height: Double(height))
  }

  /// Faces, each once, of what looks at `image` gave.
  func judged(_ found: [Detection], in image: LumaPlane) -> [Detection] {
    let faces = NonMaximumSuppression().merged(found)
    let judged = second?.judged(faces, in: image) ?? faces
    return judged.filter { $0.score >= options.threshold && isLargeEnough($0) }
  }

  private func isLargeEnough(_ face: Detection) -> Bool { face.box.area.squareRoot() >= options.leastBox }

  /// What the network sees at `scale` and at smaller sizes, in the image's pixels.
  func look(at image: LumaPlane, _ scale: Double) -> [Detection] {
    let tiles = Self.tiles(of: image, scale, side: Self.tileSide)
    guard tiles.count > 1 else { return lookAtAllSizes(of: image, scale) }
    return tiles.flatMap { look(at: $0, of: image, scale) } + look(at: image, scale / 4)
  }

  /// What the network sees in a tile at `scale` alone, in the image's pixels.
  func look(at tile: ImageTiles.Tile, of image: LumaPlane, _ scale: Double) -> [Detection] {
    let part = image.part(x: tile.x.start, y: tile.y.start, width: tile.x.length, height: tile.y.length)
    let by = begin(part, scale)
    return network.look(at: scaler, from: options.firstThreshold).compactMap { found in
      let face = found.scaled(by.x, by.y).moved(Double(tile.x.start), Double(tile.y.start))
      return tile.owns(face.box.center) ? face : nil
    }
  }

  /// Takes `image` in at `scale`; gives the image's pixels by the scaler's.
  private func begin(_ image: LumaPlane, _ scale: Double) -> (x: Double, y: Double) {
    let size = Self.size(of: image, scale)
    scaler.begin(image, width: size.width, height: size.height)
    return (Double(image.width) / Double(size.width), Double(image.height) / Double(size.height))
  }

  /// Tiles of at most `side` of the network's pixels; neighbours share a face of the largest size that it knows.
  static func tiles(of image: LumaPlane, _ scale: Double, side: Double) -> [ImageTiles.Tile] {
    ImageTiles(
      width: image.width, height: image.height, side: Int(side / scale), overlap: Int(overlap / scale)
    ).tiles
  }

  private static let tileSide = 1024.0
  private static let overlap = 144.0

  /// Faces whose crown points to the right or the left.
  private func lying(in image: LumaPlane, _ threshold: Double) -> [Detection] {
    let size = Self.size(of: image, options.scale(of: image))
    // Turned, they fit the quarter's network: another one would take memory for a rare case.
    let room = (width: max(size.width / 4, 1), height: max(size.height / 4, 1))
    let fit = Double(min(room.width, room.height)) / Double(max(size.width, size.height))
    let (width, height) = (max(Int(Double(size.width) * fit), 1), max(Int(Double(size.height) * fit), 1))
    let scale = (x: Double(image.width) / Double(width), y: Double(image.height) / Double(height))
    let found = ImageTurn.allCases.filter(\.isSideways).flatMap { turn in
      scaler.begin(image, width: width, height: height)
      scaler.turn(turn)
      return network.look(at: scaler, from: threshold, room: room).map {
        turn.undone($0, width: Double(width), height: Double(height))
      }
    }
    return NonMaximumSuppression().merged(found.map { $0.scaled(scale.x, scale.y) })
  }

  /// Faces whose crown points down.
  private func upsideDown(in image: LumaPlane, _ threshold: Double) -> [Detection] {
    var coarse = options
    coarse.smallestFace = .infinity
    let found = lookAtAllSizes(of: image, coarse.scale(of: image), turned: .half, from: threshold)
    let (width, height) = (Double(image.width), Double(image.height))
    return NonMaximumSuppression().merged(found.map { ImageTurn.half.undone($0, width: width, height: height) })
  }

  /// What the network finds in an image of one tile, in its pixels, once turned.
  private func lookAtAllSizes(
    of image: LumaPlane, _ scale: Double, turned turn: ImageTurn? = nil, from threshold: Double? = nil
  ) -> [Detection] {
    let by = begin(image, scale)
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

  private static func size(of image: LumaPlane, _ scale: Double) -> (width: Int, height: Int) {
    let (width, height) = (Double(image.width), Double(image.height))
    return (max(Int((width * scale).rounded()), 1), max(Int((height * scale).rounded()), 1))
  }
}

extension [Detection] {
  fileprivate var totalScore: Double { reduce(0) { $0 + $1.score } }
}

extension Detection {
  /// In an image `x` times as wide and `y` times as high.
  fileprivate func scaled(_ x: Double, _ y: Double) -> Detection {
    Detection(
      box: Box(x: box.x * x, y: box.y * y, width: box.width * x, height: box.height * y), score: score,
      landmarks: landmarks?.moved { Point(x: $0.x * x, y: $0.y * y) })
  }

  /// In an image whose origin lies so far to the left and above.
  fileprivate func moved(_ x: Double, _ y: Double) -> Detection {
    Detection(
      box: Box(x: box.x + x, y: box.y + y, width: box.width, height: box.height), score: score,
      landmarks: landmarks?.moved { Point(x: $0.x + x, y: $0.y + y) })
  }
}
