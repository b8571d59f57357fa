import Testing

@testable import Core
@testable import Faces

struct CropTests {
  /// A ramp: each pixel is 2 x + y / 2.
  private let ramp = {
    let image = GreyImage(width: 100, height: 80)
    for y in 0..<80 { for x in 0..<100 { image.pixels[y * 100 + x] = UInt8(2 * x + y / 2) } }
    return image
  }()

  /// Crops of the box itself.
  private let cropper = {
    var cropper = FaceCropper()
    (cropper.scale, cropper.drop) = (1, 0)
    return cropper
  }()

  @Test(arguments: [8, 24, 48]) func cropsAverageTheirArea(_ size: Int) {
    let box = Box(x: 20, y: 20, width: 48, height: 48)
    let crop = cropper.crop(box, of: ramp.luma, size: size)
    let step = 48 / Double(size)
    for row in 0..<size {
      for column in 0..<size {
        let (x, y) = (20 + (Double(column) + 0.5) * step - 0.5, 20 + (Double(row) + 0.5) * step - 0.5)
        #expect(abs(Double(crop[row * size + column]) - (2 * x + y / 2 - 0.25)) <= 1)
      }
    }
  }

  @Test func cropsBeyondTheImageRepeatItsEdge() {
    let crop = cropper.crop(Box(x: -60, y: -60, width: 48, height: 48), of: ramp.luma, size: 8)
    #expect(crop == Array(repeating: ramp.pixels[0], count: 64))
  }

  @Test func landmarksLieWhereFER2013HasThem() {
    // A quarter turn, half the size: the box is wrong and does not matter.
    let landmarks = FaceFraming.points.moved { Point(x: 60 - 40 * $0.y, y: 20 + 40 * $0.x) }
    let turned = cropper.crop(Box(x: 0, y: 0, width: 9, height: 9), landmarks: landmarks, of: ramp.luma, size: 8)
    let upright = cropper.crop(Box(x: 20, y: 20, width: 40, height: 40), of: ramp.luma, size: 8)
    for row in 0..<8 {
      for column in 0..<8 {
        #expect(abs(Int(turned[row * 8 + column]) - Int(upright[column * 8 + 7 - row])) <= 1)
      }
    }
  }

  @Test func qualityNamesItsFault() {
    let box = Box(x: 0, y: 0, width: 100, height: 100)
    var random = MadeNumbers(seed: 3)
    let noise = (0..<2304).map { _ in UInt8(random.unit() * 255) }
    let smooth = (0..<2304).map { UInt8($0 % 48 * 5) }
    #expect(FaceQuality(box: box, crop: noise, size: 48).fault == nil)
    #expect(FaceQuality(box: box, crop: smooth, size: 48).fault == .blurred)
    #expect(FaceQuality(box: box, crop: noise.map { $0 / 32 }, size: 48).fault == .dark)
    #expect(FaceQuality(box: Box(x: 0, y: 0, width: 18, height: 18), crop: noise, size: 48).fault == .tooSmall)
    let profile = [
      Point(x: 40, y: 40), Point(x: 60, y: 40), Point(x: 60, y: 50), Point(x: 45, y: 70), Point(x: 58, y: 70),
    ]
    #expect(FaceQuality(box: box, crop: noise, size: 48, landmarks: FacePoints { profile[$0] }).fault == .turned)
  }

  @Test func smoothingGoesByTime() {
    var (slow, fast) = (ProbabilitySmoother(timeConstant: 0.5), ProbabilitySmoother(timeConstant: 0.5))
    slow.add([1, 0], at: 0)
    fast.add([1, 0], at: 0)
    slow.add([0, 1], at: 1)
    for i in 1...60 { fast.add([0, 1], at: Double(i) / 60) }
    let differences = zip(slow.probabilities, fast.probabilities).map { abs($0 - $1) }
    #expect(differences.max()! < 1e-9)
    #expect(abs(slow.probabilities.reduce(0, +) - 1) < 1e-12)
  }
}
