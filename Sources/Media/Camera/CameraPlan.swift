import Glibc

/// What is wanted of a camera.
public struct CaptureRequest: Hashable, Sendable {
  /// Size of the frame.
  public var size: CameraSize
  /// Frames a second.
  public var rate: Double
  /// This pixel format and no other.
  public var format: FourCC?
  /// Someone looks at the frame: grey is the last choice. Without it the luma plane alone counts.
  public var needsColour: Bool

  /// A request; 640x480 at 30 a second unless told.
  public init(
    size: CameraSize = CameraSize(width: 640, height: 480), rate: Double = 30, format: FourCC? = nil,
    needsColour: Bool = true
  ) {
    (self.size, self.rate, self.format, self.needsColour) = (size, rate, format, needsColour)
  }
}

/// One way to fulfil a request.
struct CameraPlan {
  let format: CameraPixelFormat
  let size: CameraSize
  /// Nil where the driver tells no rates.
  let interval: FrameInterval?
}

extension CaptureRequest {
  /// Ways to fulfil the request, best first, one a format: colour where it is needed, then the nearest size, then the rate,
  /// then the cheapest format. Formats that nobody reads are left out.
  func plans(among formats: [CameraFormat]) -> [CameraPlan] {
    let readable = formats.filter { format == nil || format == $0.code }
      .compactMap { offer in CameraPixelFormat.named(offer.code).flatMap { best(of: offer, $0) } }
    let ranked = readable.map { (plan: $0, rank: rank($0)) }.enumerated()
    return ranked.sorted {
      $0.element.rank != $1.element.rank ? $0.element.rank < $1.element.rank : $0.offset < $1.offset
    }
    .map(\.element.plan)
  }

  private func best(of offer: CameraFormat, _ format: CameraPixelFormat) -> CameraPlan? {
    let anySize = CameraMode(
      size: .stepwise(
        from: CameraSize(width: 1, height: 1), to: CameraSize(width: 1 << 14, height: 1 << 14),
        step: CameraSize(width: 1, height: 1)), intervals: [])
    return (offer.modes.isEmpty ? [anySize] : offer.modes)
      .map { CameraPlan(format: format, size: $0.size.nearest(to: size), interval: $0.interval(for: rate)) }
      .min { rank($0) < rank($1) }
  }

  private func rank(_ plan: CameraPlan) -> PlanRank {
    PlanRank(parts: [
      needsColour && !plan.format.hasColour ? 1 : 0, distance(plan.size), shortfall(plan.interval),
      Double(plan.format.cost), plan.interval.map(\.rate) ?? rate,
    ])
  }

  /// Octaves by which width and height differ from what is wanted.
  private func distance(_ other: CameraSize) -> Double {
    abs(log2(Double(other.width) / Double(size.width))) + abs(log2(Double(other.height) / Double(size.height)))
  }

  /// Octaves by which the rate is too slow; 29.97 is 30.
  private func shortfall(_ interval: FrameInterval?) -> Double {
    guard let interval, interval.rate < rate * 0.99 else { return 0 }
    return log2(rate / interval.rate)
  }
}

/// How far a plan is from the request: the first part that differs decides.
private struct PlanRank: Comparable {
  let parts: [Double]

  static func < (one: PlanRank, other: PlanRank) -> Bool {
    one.parts.lexicographicallyPrecedes(other.parts)
  }
}
