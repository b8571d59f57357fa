import Core
import Foundation
import Networks

/// A face detection network at work: it looks at one image at one size. Keeps ready executors; used from one thread.
final class DetectionNetwork {
  /// Weights and calibration.
  let file: DetectorFile
  private let pool: ThreadPool
  /// Ready networks by the size of their input, those used last at the end.
  private var executors: [Executor] = []
  private static let mostExecutors = 8

  init(_ file: DetectorFile, threads: Int) { (self.file, pool) = (file, ThreadPool.shared(threads: threads)) }

  /// What it finds in the scaler's image, in pixels of that, from a score on. Detections of one face are not merged.
  /// - Parameter room: the size of the input, of which the image is the upper left part; nil: the image's.
  func look(
    at scaler: LumaScaler, from threshold: Double, room: (width: Int, height: Int)? = nil
  ) -> [Detection] {
    let size = room ?? (scaler.plane.width, scaler.plane.height)
    let executor = executor(width: size.width, height: size.height)
    let input = executor.graph.input
    scaler.write(to: executor.input.baseAddress!, width: 2 * input.width, height: 2 * input.height)
    executor.run()
    return DetectionLevel.all.flatMap { decode($0, executor, from: threshold) }
  }

  private func executor(width: Int, height: Int) -> Executor {
    let shape = Shape(height: (height + 15) / 16 * 16, width: (width + 15) / 16 * 16, channels: 1)
    if let place = executors.firstIndex(where: { $0.graph.input.image == shape }) {
      executors.append(executors.remove(at: place))
    } else {
      if executors.count == Self.mostExecutors { executors.removeFirst() }
      executors.append(file.executor(shape, pool: pool))
    }
    return executors.last!
  }

  private func decode(_ level: DetectionLevel, _ executor: Executor, from threshold: Double) -> [Detection] {
    let cells = executor.output(level.head)!
    let columns = executor.graph.input.image.width / level.stride
    let least = file.logit(of: threshold)
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
    return Detection(box: box, score: file.score(of: values[0]), landmarks: points)
  }
}

extension Shape {
  /// The image of an input of 2 x 2 pixels each.
  fileprivate var image: Shape { Shape(height: 2 * height, width: 2 * width, channels: channels / 4) }
}
