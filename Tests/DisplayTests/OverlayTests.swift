import Foundation
import Testing

@testable import Core
@testable import Display

let people = LabelSet.ferPlus

func face(
  _ track: Int, _ box: Box, _ expression: String?, reason: Uncertainty? = nil, source: BoxSource = .measured
) -> FaceResult {
  let top = expression ?? "sad"
  let rest = [0.02, 0.005, 0.01, 0.04, 0.06, 0.025, 0.03, 0.01]
  let others = zip(people.names, rest).filter { $0.0 != top }.reduce(0) { $0 + $1.1 }
  let probabilities = zip(people.names, rest).map { $0.0 == top ? 1 - others : $0.1 }
  return FaceResult(
    track: track, box: box, score: 0.9, source: source, expression: expression, reason: reason,
    confidence: probabilities.max()!, probabilities: probabilities)
}

func square(_ x: Double, _ y: Double, _ side: Double) -> Box { Box(x: x, y: y, width: side, height: side) }

/// WCAG's relative luminance and contrast of sRGB colours 0–255.
private func contrast(_ a: [Int], _ b: [Int]) -> Double {
  func luminance(_ color: [Int]) -> Double {
    let linear = color.map { value in
      let v = Double(value) / 255
      return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
  }
  let (x, y) = (luminance(a), luminance(b))
  return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

private let sizes = [(160, 120), (320, 240), (640, 360), (1280, 720), (1920, 1080), (1080, 1920), (3840, 2160)]

/// The patches of labels: all after the four of each outline.
private func plates(_ patches: [Patch], faces: Int) -> [PixelRect] { patches.dropFirst(4 * faces).map(\.rect) }

@Suite struct OverlayTests {
  @Test(arguments: sizes, [UInt8(0), 128, 255])
  func textIsHighAndClear(size: (Int, Int), background: UInt8) throws {
    let (width, height) = size
    let side = Double(min(width, height)) / 3
    let result = FrameResult(
      frame: 0, time: 0,
      faces: [face(1, square(Double(width) / 2 - side / 2, Double(height) / 2 - side / 2, side), "neutral")])
    let renderer = try OverlayRenderer(width: width, height: height, labels: people)
    let frame = ImageFrame(width: width, height: height, grey: background)
    let patches = renderer.render(result)
    for patch in patches { frame.blend(patch) }
    for rect in plates(patches, faces: 1) {
      let text = measure(frame, rect)
      #expect(text.contrast >= 4.5)
      #expect(text.height >= 9)
    }
    #expect(patches.count >= 5)
    look(frame, "overlay-\(width)x\(height)-\(background)")
  }

  /// Height of the first line of bright ink right of the stripe, and its contrast with the plate.
  private func measure(_ frame: ImageFrame, _ rect: PixelRect) -> (height: Int, contrast: Double) {
    let columns = (rect.x + rect.width / 8)..<(rect.x + rect.width)
    let rows = (rect.y..<rect.y + rect.height).map { y in columns.map { frame.color($0, y) } }
    let greys = rows.joined().map { $0.min()! }.sorted()
    let (plate, ink) = (greys[greys.count / 2], greys[greys.count - 1 - greys.count / 200])
    let isInk = rows.map { row in row.contains { $0.min()! > (plate + ink) / 2 } }
    let first = isInk.firstIndex(of: true) ?? 0
    let height = isInk[first...].firstIndex(of: false) ?? isInk.count
    return (height - first, contrast([plate, plate, plate], [ink, ink, ink]))
  }

  @Test(arguments: sizes, [1.0, 16 / 11.0, 0.5])
  func everythingStaysInsideAndPlatesApart(size: (Int, Int), aspect: Double) throws {
    let (width, height) = size
    var random = SplitMix(state: UInt64(width * height))
    let renderer = try OverlayRenderer(width: width, height: height, pixelAspect: aspect, labels: people)
    for count in [0, 1, 2, 5, 12] {
      let faces = (0..<count).map { index in
        let side = Double(height) * (0.05 + 0.5 * random.unit())
        let box = Box(
          x: (random.unit() * 1.2 - 0.1) * Double(width), y: (random.unit() * 1.2 - 0.1) * Double(height),
          width: side / aspect, height: side)
        let expression = index % 4 == 3 ? nil : people.names[index % 8]
        return face(
          index + 1, box, expression, reason: expression == nil ? .unclear : nil,
          source: index % 2 == 0 ? .held : .measured)
      }
      let patches = renderer.render(FrameResult(frame: 0, time: 0, faces: faces))
      let rects = patches.map(\.rect)
      #expect(rects.allSatisfy { $0.x >= 0 && $0.y >= 0 && $0.x + $0.width <= width && $0.y + $0.height <= height })
      #expect(patches.allSatisfy { isPremultiplied($0) })
      let plates = patches.filter { isPlate($0) }.map(\.rect)
      for (i, a) in plates.enumerated() {
        for b in plates.dropFirst(i + 1) { #expect(common(a, b) <= 2 * height) }
      }
    }
  }

  private func common(_ a: PixelRect, _ b: PixelRect) -> Int {
    let w = min(a.x + a.width, b.x + b.width) - max(a.x, b.x)
    let h = min(a.y + a.height, b.y + b.height) - max(a.y, b.y)
    return w > 1 && h > 1 ? w * h : 0
  }

  /// Plates are the patches with a ground in all corners.
  private func isPlate(_ patch: Patch) -> Bool {
    guard patch.rect.width > 8, patch.rect.height > 8 else { return false }
    let last = patch.pixels.count - 4
    return patch.pixels[3] > 200 && patch.pixels[last - 4 + 3] > 200
  }

  private func isPremultiplied(_ patch: Patch) -> Bool {
    stride(from: 0, to: patch.pixels.count, by: 4).allSatisfy { at in
      (0..<3).allSatisfy { patch.pixels[at + $0] <= patch.pixels[at + 3] }
    }
  }

  @Test func nearFacesKeepTheirLabelsApart() throws {
    let faces = [
      face(1, square(300, 300, 200), "happy"), face(2, square(420, 320, 200), "sad"),
      face(3, square(560, 290, 190), "surprise"),
    ]
    let renderer = try OverlayRenderer(width: 1280, height: 720, labels: people)
    let rects = plates(renderer.render(FrameResult(frame: 0, time: 0, faces: faces)), faces: 3)
    #expect(rects.count >= 3)
    for (i, a) in rects.enumerated() {
      for b in rects.dropFirst(i + 1) { #expect(common(a, b) == 0) }
    }
  }

  /// Labels get shorter before they cover somebody else; bars cover nobody.
  @Test(arguments: [(160, 120), (640, 480), (3840, 2160)], [1, 3, 20])
  func nobodyElseIsCovered(size: (Int, Int), count: Int) throws {
    let (width, height) = (Double(size.0), Double(size.1))
    let columns = Int(Double(count).squareRoot().rounded(.up))
    let side = min(width / Double(columns), height / Double(columns)) * 0.6
    let boxes = (0..<count).map { index in
      square(
        (Double(index % columns) + 0.2) * width / Double(columns),
        (Double(index / columns) + 0.2) * height / Double(columns),
        side)
    }
    let faces = boxes.enumerated().map { index, box in
      index % 3 == 0 ? face(index + 1, box, nil, reason: .tooSmall) : face(index + 1, box, "surprise")
    }
    let renderer = try OverlayRenderer(width: size.0, height: size.1, labels: people)
    let rects = renderer.render(FrameResult(frame: 0, time: 0, faces: faces)).filter(isPlate).map(\.rect)
    #expect(!rects.isEmpty)
    for rect in rects {
      let plate = Box(x: Double(rect.x), y: Double(rect.y), width: Double(rect.width), height: Double(rect.height))
      #expect(boxes.count { $0.common(plate) > side } <= 1, "\(plate)")
    }
  }

  @Test func barsAreThoseThatWereAskedFor() throws {
    let faces = [face(1, square(100, 200, 260), "happy"), face(2, square(800, 200, 240), "sad")]
    func plates(_ bars: OverlayOptions.Bars) throws -> Int {
      var options = OverlayOptions()
      options.bars = bars
      let renderer = try OverlayRenderer(width: 1280, height: 720, labels: people, options: options)
      return renderer.render(FrameResult(frame: 0, time: 0, faces: faces)).count - 8
    }
    #expect(try (plates(.all), plates(.largest), plates(.none)) == (4, 3, 2))
  }

  @Test func lettersAreAsLargeAsAskedFor() throws {
    func height(_ size: Double?) throws -> Int {
      var options = OverlayOptions()
      options.textSize = size
      let renderer = try OverlayRenderer(width: 1280, height: 720, labels: people, options: options)
      let faces = [face(1, square(500, 200, 260), "happy")]
      return renderer.render(FrameResult(frame: 0, time: 0, faces: faces))[4].rect.height
    }
    #expect(try Double(height(40)) > 1.7 * Double(height(nil)))
  }

  @Test func barsOnlyWhereTheBoxAllows() throws {
    let renderer = try OverlayRenderer(width: 1280, height: 720, labels: people)
    let small = renderer.render(FrameResult(frame: 0, time: 0, faces: [face(1, square(600, 300, 50), "happy")]))
    let large = renderer.render(FrameResult(frame: 1, time: 0.04, faces: [face(1, square(500, 200, 260), "happy")]))
    #expect(small.count == 5 && large.count == 6)
  }

  @Test func heldBoxesAreDashed() throws {
    let renderer = try OverlayRenderer(width: 640, height: 480, labels: people)
    func inked(_ source: BoxSource) -> Int {
      let faces = [face(1, square(200, 150, 200), "happy", source: source)]
      let top = renderer.render(FrameResult(frame: 0, time: 0, faces: faces))[0]
      return stride(from: 3, to: top.pixels.count, by: 4).filter { top.pixels[$0] > 128 }.count
    }
    #expect(Double(inked(.held)) < 0.8 * Double(inked(.measured)))
  }

  @Test func sameFrameSamePatches() throws {
    let result = FrameResult(frame: 0, time: 0, faces: [face(1, square(200, 150, 200), "fear")])
    func pixels() throws -> [[UInt8]] {
      try OverlayRenderer(width: 640, height: 480, labels: people).render(result).map(\.pixels)
    }
    #expect(try pixels() == pixels())
  }

  @Test func twoFacesIn1080pTakeUnderTwoMilliseconds() throws {
    let renderer = try OverlayRenderer(width: 1920, height: 1080, labels: people)
    let clock = ContinuousClock()
    let times = (0..<100).map { index in
      let x = Double(index)
      let faces = [face(1, square(300 + x, 300, 260), "happy"), face(2, square(1200 - x, 350, 280), "surprise")]
      return clock.measure { _ = renderer.render(FrameResult(frame: index, time: 0, faces: faces)) }
    }.sorted()
    print("overlay, 1080p, two faces: best \(times[0]), median \(times[50])")
    #expect(times[10] < .milliseconds(2))
  }

  @Test func onTheSampleClip() throws {
    for (time, width, height) in [
      (1.0, 960, 540), (3.4, 960, 540), (6.5, 1920, 1080), (1.0, 320, 180), (6.5, 160, 120),
    ] {
      let frame = try decoded(sampleClip, at: time, width: width, height: height)
      let scale = Double(width) / 960
      let boxes = [square(110, 200, 125), square(420, 180, 135), square(710, 205, 130)]
      let faces = zip(boxes, ["happy", "happy", nil]).enumerated().map { index, pair in
        let box = Box(
          x: pair.0.x * scale, y: pair.0.y * Double(height) / 540, width: pair.0.width * scale,
          height: pair.0.height * Double(height) / 540)
        return face(
          index + 1, box, pair.1, reason: pair.1 == nil ? .unclear : nil, source: index == 1 ? .held : .measured)
      }
      let before = frame.pixels
      try OverlayRenderer(width: width, height: height, labels: people).draw(
        FrameResult(frame: 0, time: 0, faces: faces), on: frame)
      #expect(frame.pixels != before)
      look(frame, "sample-\(width)x\(height)-\(time)")
    }
  }
}

/// A small generator with a fixed seed: the same cases in every run.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func unit() -> Double { Double(next() >> 11) / Double(1 << 53) }
}
