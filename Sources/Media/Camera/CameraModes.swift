/// A frame's size in pixels.
public struct CameraSize: Hashable, Sendable, CustomStringConvertible {
  /// Pixels in a row.
  public var width: Int
  /// Rows.
  public var height: Int

  /// A size.
  public init(width: Int, height: Int) { (self.width, self.height) = (width, height) }

  public var description: String { "\(width)x\(height)" }
}

/// Seconds from one frame to the next, as the fraction that drivers count in.
public struct FrameInterval: Hashable, Sendable {
  /// Seconds, together with the denominator.
  public var numerator: Int
  /// Parts of a second.
  public var denominator: Int

  /// A fraction; both parts are positive.
  public init(_ numerator: Int, _ denominator: Int) { (self.numerator, self.denominator) = (numerator, denominator) }

  /// Frames a second.
  public var rate: Double { Double(denominator) / Double(numerator) }
  /// Seconds.
  public var seconds: Double { Double(numerator) / Double(denominator) }

  /// The interval of `rate` frames a second, in parts that drivers and people use (29.97 is 1001/30000).
  public init(rate: Double) {
    let whole = rate.rounded()
    if abs(rate - whole) < 0.001 {
      self.init(1, max(1, Int(whole)))
    } else if abs(rate - rate.rounded(.up) / 1.001) < 0.005 {
      self.init(1001, Int(rate.rounded(.up)) * 1000)
    } else {
      self.init(1000, max(1, Int((rate * 1000).rounded())))
    }
  }
}

/// The sizes that a driver offers in one answer.
public enum SizeChoice: Hashable, Sendable {
  /// This one.
  case exactly(CameraSize)
  /// From the smallest to the largest by steps.
  case stepwise(from: CameraSize, to: CameraSize, step: CameraSize)

  /// The size nearest to `request`.
  public func nearest(to request: CameraSize) -> CameraSize {
    switch self {
    case .exactly(let size): size
    case .stepwise(let low, let high, let step):
      CameraSize(
        width: snap(request.width, low.width, high.width, step.width),
        height: snap(request.height, low.height, high.height, step.height))
    }
  }

  private func snap(_ request: Int, _ low: Int, _ high: Int, _ step: Int) -> Int {
    let step = max(step, 1)
    let inside = min(max(request, low), max(high, low))
    let steps = (inside - low + step / 2) / step
    return low + min(steps, (max(high, low) - low) / step) * step
  }
}

/// The intervals that a driver offers in one answer.
public enum IntervalChoice: Hashable, Sendable {
  /// This one.
  case exactly(FrameInterval)
  /// From the shortest to the longest, in steps of `step` or without.
  case stepwise(shortest: FrameInterval, longest: FrameInterval, step: FrameInterval)

  /// The interval that gives `rate` frames a second or the next it can.
  func nearest(to rate: Double) -> FrameInterval {
    switch self {
    case .exactly(let interval): interval
    case .stepwise(let shortest, let longest, let step): snap(FrameInterval(rate: rate), shortest, longest, step)
    }
  }

  /// Whole steps above the shortest, never slower than asked for.
  private func snap(
    _ request: FrameInterval, _ shortest: FrameInterval, _ longest: FrameInterval, _ step: FrameInterval
  ) -> FrameInterval {
    if request.seconds <= shortest.seconds { return shortest }
    if request.seconds >= longest.seconds { return longest }
    let sameUnit = step.denominator == shortest.denominator && step.denominator > 1
    guard sameUnit, step.numerator > 0 else { return request }
    let steps = ((request.seconds - shortest.seconds) / step.seconds + 1e-6).rounded(.down)
    return FrameInterval(shortest.numerator + Int(steps) * step.numerator, shortest.denominator)
  }
}

/// A size, or range of sizes, and the intervals that go with it; none where the driver tells none.
public struct CameraMode: Hashable, Sendable {
  /// What sizes.
  public var size: SizeChoice
  /// What intervals.
  public var intervals: [IntervalChoice]

  /// A mode.
  public init(size: SizeChoice, intervals: [IntervalChoice]) { (self.size, self.intervals) = (size, intervals) }

  /// The slowest that is as fast as `rate` within 1 %, else the fastest there is.
  func interval(for rate: Double) -> FrameInterval? {
    let offered = intervals.map { $0.nearest(to: rate) }
    let enough = offered.filter { $0.rate >= rate * 0.99 }
    return enough.min { $0.rate < $1.rate } ?? offered.max { $0.rate < $1.rate }
  }
}

/// One of a camera's pixel formats.
public struct CameraFormat: Hashable, Sendable {
  /// The driver's code.
  public var code: FourCC
  /// The driver's words.
  public var description: String
  /// Sizes and rates.
  public var modes: [CameraMode]

  /// A format.
  public init(code: FourCC, description: String, modes: [CameraMode]) {
    (self.code, self.description, self.modes) = (code, description, modes)
  }

  /// Who reads it here: `swscale`, `avcodec` or `libv4l`; nil where nobody does.
  public var reader: String? {
    switch CameraPixelFormat.named(code)?.reader {
    case .raw: "swscale"
    case .coded: "avcodec"
    case .libv4l: "libv4l"
    case nil: nil
    }
  }
}
