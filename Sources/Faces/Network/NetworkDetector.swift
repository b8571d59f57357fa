import Foundation
import Networks
import Zoo

/// Finds faces with Mien's network, at full size and at sizes 4, 16, … times smaller until a face would fill the picture.
///
/// Where no face is, it looks at a quarter of the size for large faces that lie on their side: recordings whose rotation was lost.
///
/// Large pictures are first scaled to at most `Options.pixels`. The network knows faces of 18 to 120 pixels at each size, so that
/// sizes overlap; what they find of one face is merged.
public final class NetworkDetector: Detector {
  /// What it looks at and what it calls a face.
  public struct Options: Hashable, Sendable {
    /// Faces that score less are not called.
    public var threshold: Double
    /// Most pixels that the network looks at; larger pictures are scaled down.
    public var pixels = 640 * 480
    /// How far smaller pictures are scaled up to that.
    public var enlargement = 1.5
    /// Faces that lie on their side must score as much, where no other face is; nil: they are not looked for.
    public var lyingThreshold: Double? = 0.8

    /// Calls faces from `threshold` on.
    public init(threshold: Double = 0.5) { self.threshold = threshold }

    /// How much larger than it is the network sees a picture first.
    public func scale(width: Double, height: Double) -> Double {
      min((Double(pixels) / (width * height)).squareRoot(), enlargement)
    }
  }

  private let network: DetectorFile
  private let options: Options
  private let pool: ThreadPool
  private let scaler = LumaScaler()
  /// Ready networks by the size of their input, those used last at the end.
  private var executors: [Executor] = []
  private static let mostExecutors = 6

  /// Runs `network` on `threads` threads, which do not change what is found.
  public init(_ network: DetectorFile, options: Options? = nil, threads: Int = 1) {
    self.network = network
    self.options = options ?? Options(threshold: network.threshold)
    pool = ThreadPool(threads: threads)
  }

  public func detect(in picture: LumaPlane) -> [Detection] {
    let size = workingSize(picture)
    scaler.begin(picture, width: size.width, height: size.height)
    let scale = (x: Double(picture.width) / Double(size.width), y: Double(picture.height) / Double(size.height))
    let found = lookAtAllSizes(from: options.threshold).map { $0.scaled(scale.x, scale.y) }
    guard found.isEmpty, let threshold = options.lyingThreshold else { return found }
    return lying(picture, size, from: threshold)
  }

  /// Faces whose crown points to the right or the left.
  private func lying(
    _ picture: LumaPlane, _ size: (width: Int, height: Int), from threshold: Double
  ) -> [Detection] {
    // Turned, they fit the quarter's network: another one would take memory for a rare case.
    let room = (width: max(size.width / 4, 1), height: max(size.height / 4, 1))
    let fit = Double(min(room.width, room.height)) / Double(max(size.width, size.height))
    let (width, height) = (max(Int(Double(size.width) * fit), 1), max(Int(Double(size.height) * fit), 1))
    let scale = (x: Double(picture.width) / Double(width), y: Double(picture.height) / Double(height))
    let found = QuarterTurn.allCases.flatMap { turn in
      scaler.begin(picture, width: width, height: height)
      scaler.turn(turn)
      return look(from: threshold, room: room).map { turn.undone($0, width: Double(width), height: Double(height)) }
    }
    return Suppression().merged(found.map { $0.scaled(scale.x, scale.y) })
  }

  /// What the network finds in the scaler's picture, in its pixels, one detection a face.
  private func lookAtAllSizes(from threshold: Double) -> [Detection] {
    var (found, scale) = ([Detection](), 1.0)
    while true {
      found += look(from: threshold).map { $0.scaled(scale, scale) }
      guard max(scaler.plane.width, scaler.plane.height) > 2 * Self.leastSide else { break }
      scaler.quarter()
      scale *= 4
    }
    return Suppression().merged(found)
  }

  /// A size below which nothing new is found: the network has seen faces of 120 pixels before.
  private static let leastSide = 29

  private func workingSize(_ picture: LumaPlane) -> (width: Int, height: Int) {
    let (width, height) = (Double(picture.width), Double(picture.height))
    let scale = options.scale(width: width, height: height)
    guard scale != 1 else { return (picture.width, picture.height) }
    return (max(Int((width * scale).rounded()), 1), max(Int((height * scale).rounded()), 1))
  }

  /// What the network finds at the scaler's size, in pixels of that size.
  private func look(from threshold: Double, room: (width: Int, height: Int)? = nil) -> [Detection] {
    let size = room ?? (scaler.plane.width, scaler.plane.height)
    let executor = executor(width: size.width, height: size.height)
    let input = executor.graph.input
    scaler.write(to: executor.input.baseAddress!, width: 2 * input.width, height: 2 * input.height)
    executor.run()
    return DetectionLevel.all.flatMap { decode($0, executor, from: threshold) }
  }

  private func executor(width: Int, height: Int) -> Executor {
    let shape = Shape(height: (height + 15) / 16 * 16, width: (width + 15) / 16 * 16, channels: 1)
    if let place = executors.firstIndex(where: { $0.graph.input.picture == shape }) {
      executors.append(executors.remove(at: place))
    } else {
      if executors.count == Self.mostExecutors { executors.removeFirst() }
      executors.append(network.executor(shape, pool: pool))
    }
    return executors.last!
  }

  private func decode(_ level: DetectionLevel, _ executor: Executor, from threshold: Double) -> [Detection] {
    let cells = executor.output(level.head)!
    let columns = executor.graph.input.picture.width / level.stride
    let least = network.logit(of: threshold)
    var found: [Detection] = []
    for cell in 0..<cells.count / DetectionLevel.outputs {
      let values = cells.baseAddress! + cell * DetectionLevel.outputs
      guard values[0] >= least else { continue }
      found.append(detection(values, level, level.middle(column: cell % columns, row: cell / columns)))
    }
    return found
  }

  private func detection(_ values: UnsafePointer<Float>, _ level: DetectionLevel, _ middle: Point) -> Detection {
    let center = level.point(middle, values[1], values[2])
    // No face is smaller or larger than this in units; damaged weights must not give infinite boxes.
    let sides = (
      exp(Double(min(max(values[3], -4), 4))) * level.unit, exp(Double(min(max(values[4], -4), 4))) * level.unit
    )
    let box = Box(x: center.x - sides.0 / 2, y: center.y - sides.1 / 2, width: sides.0, height: sides.1)
    let points = FacePoints { level.point(middle, values[5 + 2 * $0], values[6 + 2 * $0]) }
    return Detection(box: box, score: network.score(of: values[0]), landmarks: points)
  }
}

extension Shape {
  /// The picture of an input of 2 x 2 pixels each.
  fileprivate var picture: Shape { Shape(height: 2 * height, width: 2 * width, channels: channels / 4) }
}

extension Detection {
  /// In a picture `x` times as wide and `y` times as high.
  fileprivate func scaled(_ x: Double, _ y: Double) -> Detection {
    Detection(
      box: Box(x: box.x * x, y: box.y * y, width: box.width * x, height: box.height * y), score: score,
      landmarks: landmarks?.moved { Point(x: $0.x * x, y: $0.y * y) })
  }
}
