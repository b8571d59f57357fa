import Foundation
import Testing

@testable import Core
@testable import Display

@Suite struct FaceHiderTests {
  private let box = Box(x: 420, y: 180, width: 135, height: 135)

  @Test(arguments: HidingStyle.allCases)
  func nothingOfTheFaceIsLeft(style: HidingStyle) throws {
    let frame = try decoded(sampleClip, at: 1, width: 960, height: 540)
    let patch = try #require(FaceHider(style).patch(over: box, in: frame))
    #expect(stride(from: 3, to: patch.pixels.count, by: 4).allSatisfy { patch.pixels[$0] == 255 })
    #expect(detail(patch) < 0.05 * detail(frame.read(patch.rect)))
    let result = FrameResult(
      frame: 0, time: 0, faces: [face(1, box, "happy"), face(2, Box(x: 105, y: 190, width: 130, height: 130), "happy")])
    FaceHider(style).hide(result, on: frame)
    try OverlayRenderer(width: 960, height: 540, labels: people).draw(result, on: frame)
    look(frame, "hidden-\(style)")
  }

  /// Energy of differences between neighbours that are not the edges between squares: what features are made of.
  private func detail(_ patch: Patch) -> Double {
    let differences = (0..<patch.rect.height).flatMap { y in
      (1..<patch.rect.width).map { x in
        let at = (y * patch.rect.width + x) * 4 + 1
        return abs(Double(patch.pixels[at]) - Double(patch.pixels[at - 4]))
      }
    }.sorted()
    let inner = differences.dropLast(differences.count * 2 * FaceHider.blocks / patch.rect.width)
    return inner.reduce(0) { $0 + $1 * $1 } / Double(inner.count)
  }

  @Test(arguments: HidingStyle.allCases)
  func cutAtTheFramesEdge(style: HidingStyle) {
    let frame = ImageFrame(width: 100, height: 80, grey: 200)
    let patch = FaceHider(style).patch(over: Box(x: 80, y: -10, width: 40, height: 40), in: frame)
    #expect(patch?.rect == PixelRect(x: 68, y: 0, width: 32, height: 42))
    #expect(FaceHider(style).patch(over: Box(x: 300, y: 0, width: 40, height: 40), in: frame) == nil)
  }

  @Test(arguments: HidingStyle.allCases)
  func tinyFaces(style: HidingStyle) throws {
    let frame = ImageFrame(width: 100, height: 80, grey: 200)
    let patch = try #require(FaceHider(style).patch(over: Box(x: 50, y: 40, width: 2, height: 2), in: frame))
    #expect(patch.rect.width <= 6 && patch.pixels.count == patch.rect.width * patch.rect.height * 4)
  }

  @Test(arguments: [HidingStyle.blur, .pixelate])
  func fewColoursRemain(style: HidingStyle) throws {
    let frame = try decoded(sampleClip, at: 1, width: 960, height: 540)
    let patch = try #require(FaceHider(style).patch(over: box, in: frame))
    let colors = Set(stride(from: 0, to: patch.pixels.count, by: 4).map { Array(patch.pixels[$0..<$0 + 3]) })
    if style == .pixelate { #expect(colors.count <= FaceHider.blocks * FaceHider.blocks) }
    #expect(colors.count > 1)
  }

  @Test(arguments: HidingStyle.allCases)
  func anEllipseCoversTheFaceAndLeavesCorners(style: HidingStyle) throws {
    let frame = ImageFrame(width: 300, height: 300, grey: 200)
    let face = Box(x: 100, y: 100, width: 100, height: 100)
    let patch = try #require(FaceHider(style, shape: .ellipse, margin: 0.5).patch(over: face, in: frame))
    #expect(patch.rect == PixelRect(x: 50, y: 50, width: 200, height: 200))
    func alpha(_ x: Int, _ y: Int) -> UInt8 { patch.pixels[((y - 50) * 200 + x - 50) * 4 + 3] }
    for (x, y) in [(100, 100), (199, 100), (100, 199), (199, 199), (150, 55)] { #expect(alpha(x, y) == 255) }
    for (x, y) in [(50, 50), (249, 50), (55, 240)] { #expect(alpha(x, y) == 0) }
    let region = try #require(FaceHider(style, shape: .ellipse).patch(over: face, isHead: false, in: frame))
    #expect(region.rect == PixelRect(x: 100, y: 100, width: 100, height: 100))
    #expect(stride(from: 3, to: region.pixels.count, by: 4).allSatisfy { region.pixels[$0] == 255 })
  }
}
