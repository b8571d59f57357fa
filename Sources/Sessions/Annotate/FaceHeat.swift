import Core
import Display
import Evaluation
import Networks
import Recognition
import Synchronization

/// Draws over each face where the networks saw its expression: Grad-CAM of the named class, the mean over the networks.
///
/// The analyser hands over the crops that the networks see (`remember`), on its thread; the sink draws on its own.
final class FaceHeat: Sendable {
  private struct Key: Hashable {
    var frame, track, size: Int
  }

  private let crops = Mutex<[Key: ShownCrop]>([:])
  private let maps: HeatMaps

  /// Explains `models` by their heads for `labels`.
  init(_ models: [Model], labels: LabelSet, threads: Int) throws {
    let pool = ThreadPool.shared(threads: threads)
    maps = HeatMaps(try models.map { try Explainer($0, labels: labels, method: .gradcam, pool: pool) })
  }

  /// Keeps a crop until its frame is drawn.
  func remember(_ crop: ShownCrop) {
    crops.withLock { $0[Key(frame: crop.frame, track: crop.track, size: crop.size)] = crop }
  }

  /// Blends heat over the faces of `result`; a face that was not looked at in this frame keeps its last.
  func draw(_ result: FrameResult, on frame: any Frame) {
    let fresh = crops.withLock { all in
      let own = all.filter { $0.key.frame == result.frame }
      all = all.filter { $0.key.frame > result.frame }
      return own
    }
    for face in result.faces {
      let frames = fresh.filter { $0.key.track == face.track }.map { ($0.key.size, $0.value) }
      maps.update(face, Dictionary(uniqueKeysWithValues: frames))
      if let patch = maps.patch(face, pixelAspect: frame.pixelAspect) { frame.blend(patch) }
    }
    maps.forget(allBut: result.faces.map(\.track))
  }
}

/// The last heat of each track. `@unchecked Sendable`: used from the sink's thread alone.
private final class HeatMaps: @unchecked Sendable {
  /// Heat over what was cut out, and where the face's middle was then.
  private struct Heat {
    var overlay: HeatOverlay
    var square: CropSquare
    var middle: Point
  }

  private let explainers: [Explainer]
  private var heats: [Int: Heat] = [:]

  init(_ explainers: [Explainer]) { self.explainers = explainers }

  func forget(allBut tracks: [Int]) { heats = heats.filter { tracks.contains($0.key) } }

  /// The heat of `face`, moved along with its box, in a frame of such pixels.
  func patch(_ face: FaceResult, pixelAspect: Double) -> Patch? {
    guard let heat = heats[face.track] else { return nil }
    var square = heat.square
    square.corner.x += face.box.center.x * pixelAspect - heat.middle.x
    square.corner.y += face.box.center.y - heat.middle.y
    return heat.overlay.patch(square, pixelAspect: pixelAspect)
  }

  /// Explains the likeliest class of `face` where its crops, by size, are there.
  func update(_ face: FaceResult, _ crops: [Int: ShownCrop]) {
    guard let likeliest = face.probabilities.firstIndex(of: face.probabilities.max() ?? 0) else { return }
    let seen = explainers.compactMap { explainer in crops[explainer.input.crop].map { (explainer, $0) } }
    guard seen.count == explainers.count, let (first, crop) = seen.first else { return }
    let maps = seen.map { explainer, crop in
      explainer.explain(crop.pixels, classes: [likeliest]).maps[0].scaled().resized(
        width: HeatOverlay.side, height: HeatOverlay.side)
    }
    let overlay = HeatOverlay(HeatMap.mean(maps).scaled().values, over: first.region)
    heats[face.track] = Heat(overlay: overlay, square: crop.square, middle: crop.middle)
  }
}
