import Core
import Faces
import Foundation
import Networks

/// Makes training scenes: square cuts of images, turned, scaled, stretched, mirrored, with faces painted over or covered, lit and
/// blurred at random. A scene is decided by its number and the run's seed alone.
struct SyntheticSceneGenerator {
  let images: [AnnotatedImage]
  let negatives: [ImagePyramid]
  let crops: CropPainter
  let settings: DetectionSettings
  let augmentation: Augmentation
  /// Pixels of a scene's side.
  let side: Int

  /// Faces that scenes are made around: their places in `images`.
  private let subjects: [(image: Int, face: Int)]
  /// A face is enlarged no more than this.
  private static let mostZoom = 1.5
  /// Part of the scenes with people that show any place of an image, not one around a face.
  private static let strayShare: Float = 0.3
  /// Part of the scenes around a face that show one too large to be found at this size, up to three times the largest: what is on it is
  /// no face.
  private static let hugeShare: Float = 0.15

  init(
    _ images: [AnnotatedImage], negatives: [ImagePyramid], crops: FaceDataSet?,
    _ configuration: TrainingConfiguration
  ) {
    (self.images, self.negatives) = (images, negatives)
    self.crops = CropPainter(crops)
    (settings, augmentation, side) = (
      configuration.detection, configuration.augmentation, configuration.imageSize
    )
    let least = Double(configuration.detection.sides.lowerBound) / Self.mostZoom
    subjects = images.enumerated().flatMap { index, image in
      image.faces.indices.filter { image.faces[$0].isCertain && image.faces[$0].side >= least }.map {
        (index, $0)
      }
    }
  }

  /// Whether there is anything to learn from.
  var isEmpty: Bool { subjects.isEmpty }

  /// Paints a scene into `input`, as the network takes it, and gives its faces.
  func make(_ random: RandomStream, into input: UnsafeMutablePointer<Float>) -> [MarkedFace] {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: side * side) { pixels in
      let canvas = SceneCanvas(side: side, pixels: pixels.baseAddress!)
      let faces = paint(random, on: canvas)
      for row in stride(from: 0, to: side, by: 2) {
        let line = UnsafePointer(canvas.pixels + row * side)
        unshuffle(line, line + side, pairs: side / 2, into: input + row * side) { $0 }
      }
      return faces
    }
  }

  private func paint(_ random: RandomStream, on canvas: SceneCanvas) -> [MarkedFace] {
    var random = random
    paintBackground(canvas, &random)
    var faces = random.uniform() < settings.emptiness ? [] : paintPeople(canvas, &random)
    if faces.isEmpty, !crops.isEmpty, random.uniform() < 0.4 { faces = paintCrops(canvas, &random) }
    for face in faces where face.isCertain && random.uniform() < settings.cover { cover(face, canvas, &random) }
    SceneLight(&random, augmentation).apply(to: canvas, &random)
    return faces.filter { isSeen($0) }
  }

  /// Scenes keep the faces whose middle is in them.
  private func isSeen(_ face: MarkedFace) -> Bool {
    let (middle, range) = (face.box.center, 0...Double(side))
    return range.contains(middle.x) && range.contains(middle.y)
  }

  private func paintBackground(_ canvas: SceneCanvas, _ random: inout RandomStream) {
    let grey = 255 * random.uniform()
    canvas.pixels.update(repeating: grey, count: side * side)
    guard !negatives.isEmpty, random.uniform() < 0.8 else { return }
    let image = negatives[Int(random.next() % UInt64(negatives.count))]
    // From the whole image in the scene to one pixel for one and closer.
    let least = Double(side) / Double(max(image.width, image.height))
    let zoom = min(least, 1) * exp(Double(random.uniform()) * log(1.5 * max(1 / least, 1)))
    let source = Point(
      x: Double(image.width) * Double(random.uniform()), y: Double(image.height) * Double(random.uniform()))
    canvas.paint(
      image,
      SceneMap(
        zoom: max(zoom, 1.05 * Double(side) / Double(2 * min(image.width, image.height))), angle: angle(&random),
        isMirrored: random.uniform() < 0.5, source: inner(source, image, zoom),
        target: Point(x: Double(side) / 2, y: Double(side) / 2)))
  }

  /// `point`, brought inward so that the scene shows little beyond the image's edges.
  private func inner(_ point: Point, _ image: ImagePyramid, _ zoom: Double) -> Point {
    let reach = Double(side) / 2 / zoom
    func clamp(_ value: Double, _ size: Int) -> Double {
      let size = Double(size)
      return size <= 2 * reach ? size / 2 : min(max(value, reach), size - reach)
    }
    return Point(x: clamp(point.x, image.width), y: clamp(point.y, image.height))
  }

  private func angle(_ random: inout RandomStream) -> Double {
    let most = Double(augmentation.rotation) * .pi / 180
    // Half of all scenes are nearly upright, as most images are.
    return Double(random.signed()) * (random.uniform() < 0.5 ? most : most / 4)
  }

  private func paintPeople(_ canvas: SceneCanvas, _ random: inout RandomStream) -> [MarkedFace] {
    random.uniform() < Self.strayShare ? paintPlace(canvas, &random) : paintImage(canvas, &random)
  }

  /// Paints any place of an image at a size at which a detector sees it: what else is on images of people is no face.
  private func paintPlace(_ canvas: SceneCanvas, _ random: inout RandomStream) -> [MarkedFace] {
    let image = images[Int(random.next() % UInt64(images.count))]
    let (width, height) = (Double(image.image.width), Double(image.image.height))
    let size = NetworkDetector.Options().scale(width: width, height: height) * (random.uniform() < 0.2 ? 0.25 : 1)
    let zoom = size * Double(exp(0.3 * random.signed()))
    let source = Point(x: width * Double(random.uniform()), y: height * Double(random.uniform()))
    let map = SceneMap(
      zoom: zoom, aspect: Double(exp(random.signed() * augmentation.scale)), angle: angle(&random),
      isMirrored: random.uniform() < augmentation.flip, source: inner(source, image.image, zoom),
      target: Point(x: Double(side) / 2, y: Double(side) / 2))
    canvas.paint(image.image, map)
    return image.faces.map { map($0) }
  }

  /// Paints an image around one of its faces.
  private func paintImage(_ canvas: SceneCanvas, _ random: inout RandomStream) -> [MarkedFace] {
    let subject = subjects[Int(random.next() % UInt64(subjects.count))]
    let (image, face) = (images[subject.image], images[subject.image].faces[subject.face])
    let map = map(around: face, &random)
    canvas.paint(image.image, map, softness: random.uniform() < 0.1 ? 1 : 0)
    let faces = image.faces.map { map($0) }
    for face in faces where face.isCertain && face.landmarks != nil && random.uniform() < settings.exchange {
      crops.exchange(face, on: canvas, &random)
    }
    return faces
  }

  private func map(around face: MarkedFace, _ random: inout RandomStream) -> SceneMap {
    let isHuge = random.uniform() < Self.hugeShare
    let (least, most) = (Double(settings.sides.lowerBound), Double(settings.sides.upperBound))
    let range = isHuge ? (most, 3 * most) : (least, most)
    let wanted = range.0 * exp(Double(random.uniform()) * log(range.1 / range.0))
    let zoom = min(wanted / face.side, Self.mostZoom)
    let margin = min(0.3 * zoom * face.side, Double(side) / 2)
    let places = Float(margin)...Float(Double(side) - margin)
    let source = isHuge ? somewhere(on: face.box, &random) : face.box.center
    return SceneMap(
      zoom: zoom, aspect: Double(exp(random.signed() * augmentation.scale)), angle: angle(&random),
      isMirrored: random.uniform() < augmentation.flip, source: source,
      target: Point(x: Double(random.uniform(places)), y: Double(random.uniform(places))))
  }

  private func somewhere(on box: Box, _ random: inout RandomStream) -> Point {
    Point(x: box.x + box.width * Double(random.uniform()), y: box.y + box.height * Double(random.uniform()))
  }

  /// One to three faces from crops, where no face is yet.
  private func paintCrops(_ canvas: SceneCanvas, _ random: inout RandomStream) -> [MarkedFace] {
    var faces: [MarkedFace] = []
    for _ in 0...Int(random.next() % 3) {
      let (least, most) = (Double(settings.sides.lowerBound), min(Double(settings.sides.upperBound), 96))
      let size = least * exp(Double(random.uniform()) * log(most / least))
      let middle = Point(x: Double(side) * Double(random.uniform()), y: Double(side) * Double(random.uniform()))
      guard faces.allSatisfy({ hypot($0.box.center.x - middle.x, $0.box.center.y - middle.y) > size + $0.side }) else {
        continue
      }
      faces.append(crops.paint(side: size, at: middle, angle: angle(&random), on: canvas, &random))
    }
    return faces
  }

  /// Hides up to half of a face behind a patch: even, noisy, or of another image's grey.
  private func cover(_ face: MarkedFace, _ canvas: SceneCanvas, _ random: inout RandomStream) {
    let box = face.box
    let isMask = random.uniform() < 0.5
    let width = box.width * Double(random.uniform(isMask ? 0.75...1.05 : 0.2...0.6))
    let height = box.height * Double(random.uniform(isMask ? 0.3...0.5 : 0.2...0.6))
    let x = isMask ? box.center.x - width / 2 : box.x + (box.width - width) * Double(random.uniform())
    let y = isMask ? box.y + box.height - height : box.y + (box.height - height) * Double(random.uniform())
    let (grey, noise, slope) = (255 * random.uniform(), 25 * random.uniform(), 60 * random.signed())
    for row in max(Int(y), 0)..<max(min(Int(y + height), side), max(Int(y), 0)) {
      for column in max(Int(x), 0)..<max(min(Int(x + width), side), max(Int(x), 0)) {
        let (u, v) = ((Double(column) - x) / width * 2 - 1, (Double(row) - y) / height * 2 - 1)
        // Masks are round below.
        guard !isMask || v < 0 || u * u + v * v < 1.1 else { continue }
        canvas.pixels[row * side + column] = grey + slope * Float(u) + noise * random.signed()
      }
    }
  }
}
