import Core
import Display
import Faces
import Recognition

/// Hides faces of one recording or camera.
final class Hiding {
  /// Holds frames until it is known what to cover in them.
  let concealer: FaceConcealer
  private let hider: FaceHider
  private let request: HidingRequest

  /// - Parameters:
  ///   - detector: loaded for hiding.
  ///   - isLive: frames are shown as soon as is safe: they wait for a shorter time.
  init(_ request: HidingRequest, _ detector: any Detector, isLive: Bool = false) {
    self.request = request
    var options = CoverPlanner.Options()
    if isLive { options.lookAhead = 0.4 }
    concealer = FaceConcealer(detector: detector, options: options)
    hider = FaceHider(request.style, shape: request.shape, margin: request.margin)
  }

  /// Covers what is to be covered in a frame that was held.
  func cover(_ held: ConcealedFrame) {
    let regions = request.regions.filter { $0.time.contains(held.frame.time) }.map(\.box)
    hider.hide(heads: held.covers.filter { !isKept($0, held.result) }, regions: regions, on: held.frame)
  }

  /// Whether it is over a face that stays bare, and over no other.
  private func isKept(_ cover: Box, _ result: FrameResult) -> Bool {
    guard !request.keptTracks.isEmpty else { return false }
    let nearest = result.faces.max { $0.box.common(cover) < $1.box.common(cover) }
    guard let nearest, request.keptTracks.contains(nearest.track) else { return false }
    // Smaller things on the face itself, such as an eye, are candidates as well.
    let isOnFace = nearest.box.common(cover) > 0.5 * cover.area
    guard isOnFace || nearest.box.overlap(cover) > 0.3 else { return false }
    return !result.faces.contains { !request.keptTracks.contains($0.track) && $0.box.overlap(cover) > 0.05 }
  }
}
