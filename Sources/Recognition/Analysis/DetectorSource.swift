import Faces

/// A detector's file, read: detectors for several purposes share it.
public enum DetectorSource: Sendable {
  /// Mien's network.
  case network(DetectorFile)
  /// One of OpenCV's.
  case cascade(Cascade)

  /// A detector on `threads` threads, which do not change what it finds.
  /// - Parameter leastBox: smaller boxes are not called.
  public func detector(
    for purpose: DetectorLibrary.Purpose = .use, leastBox: Double = 0, threads: Int = 1
  ) -> any Detector {
    switch self {
    case .cascade(let cascade): CascadeDetector(cascade, options: Self.options(purpose, leastBox))
    case .network(let file): Self.network(file, purpose, leastBox, threads)
    }
  }

  private static func network(
    _ file: DetectorFile, _ purpose: DetectorLibrary.Purpose, _ leastBox: Double, _ threads: Int
  ) -> any Detector {
    var options = NetworkDetector.Options(threshold: file.threshold)
    options.leastBox = leastBox
    switch purpose {
    case .use: break
    case .evaluation: options.threshold = 0.02
    case .hiding, .hidingLive, .hidingStills: hide(&options, purpose)
    case .faces(let side): options.smallestFace = side
    case .facesByTurns(let side):
      options.smallestFace = side
      return SweepingDetector(file, options: options, threads: threads)
    }
    return NetworkDetector(file, options: options, threads: threads)
  }

  /// Whatever may be a face: a second look would only let some go.
  private static func hide(_ options: inout NetworkDetector.Options, _ purpose: DetectorLibrary.Purpose) {
    (options.threshold, options.lyingThreshold, options.secondLook) = (0.14, 0.5, nil)
    options.pixels = purpose == .hidingLive ? 800 * 600 : 1280 * 960
    if case .hidingStills(let side) = purpose { options.smallestFace = side }
  }

  /// Faces are called from more than three windows on; the tracker wants a second sight of the weakest.
  private static func options(_ purpose: DetectorLibrary.Purpose, _ leastBox: Double) -> CascadeOptions {
    var options = CascadeOptions()
    switch purpose {
    case .use, .faces, .facesByTurns: (options.minNeighbors, options.minSize) = (3, leastBox > 0 ? Int(leastBox) : 36)
    case .evaluation, .hiding, .hidingLive, .hidingStills: (options.minNeighbors, options.minSize) = (1, 20)
    }
    return options
  }
}
