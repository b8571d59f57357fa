import Display
import Faces
import Recognition

/// What `--hide-faces` needs for one recording or camera.
struct Hiding {
  let concealer: FaceConcealer
  let hider: FaceHider

  /// - Parameters:
  ///   - detector: loaded for hiding.
  ///   - isLive: pictures are shown as soon as is safe: they wait for a shorter time.
  init(_ style: HidingStyle, _ detector: any Detector, isLive: Bool = false) {
    var options = CoverPlanner.Options()
    if isLive { options.lookAhead = 0.4 }
    (concealer, hider) = (FaceConcealer(detector: detector, options: options), FaceHider(style))
  }
}
