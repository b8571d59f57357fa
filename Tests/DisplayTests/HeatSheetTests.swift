import Foundation
import Testing

@testable import Core
@testable import Display

@Suite struct HeatSheetTests {
  /// A hill in the middle of the grid.
  private var hill: HeatOverlay {
    let side = HeatOverlay.side
    let values: [Float] = (0..<side * side).map { (place: Int) -> Float in
      let (x, y) = (Double(place % side) - 47.5, Double(place / side) - 47.5)
      let distance = (x * x + y * y).squareRoot()
      return Float(max(0, 1 - distance / 40))
    }
    return HeatOverlay(values, over: Box(x: 0.1, y: 0.1, width: 0.8, height: 0.8))
  }

  private func sheet() throws -> HeatSheet {
    let cells = ["angry", "happy", "surprise"].enumerated().map { place, name in
      HeatSheet.Cell(name, probability: [0.1, 0.8, 0.1][place], heat: hill)
    }
    let frame: [UInt8] = (0..<48 * 48).map { (place: Int) -> UInt8 in UInt8(place % 48 * 5) }
    let rows = ["a", "b"].map { HeatSheet.Row($0, detail: "layer: x", image: frame, side: 48, cells: cells) }
    return try HeatSheet(rows, title: "face.png", subtitle: "Grad-CAM")
  }

  /// A square turned by an eighth, of pixels twice as wide as high, hot along its left side.
  @Test func heatIsTurnedWithItsSquare() {
    let side = HeatOverlay.side
    let values: [Float] = (0..<side * side).map { $0 % side < side / 4 ? 1 : 0 }
    let heat = HeatOverlay(values, over: Box(x: 0, y: 0, width: 1, height: 1))
    let square = CropSquare(corner: Point(x: 100, y: 20), across: Point(x: 60, y: 60))
    let patch = heat.patch(square, pixelAspect: 2)
    let rect = patch.rect
    #expect(rect == PixelRect(x: 20, y: 20, width: 60, height: 120))
    func alpha(_ u: Double, _ v: Double) -> UInt8 {
      let place = square.point(u, v)
      return patch.pixels[((Int(place.y) - rect.y) * rect.width + Int(place.x / 2) - rect.x) * 4 + 3]
    }
    for v in [0.1, 0.5, 0.9] { #expect(alpha(0.1, v) > 100 && alpha(0.6, v) == 0 && alpha(0.9, v) == 0) }
  }

  /// But for SVG, where Cairo numbers the images of all files of a process.
  @Test(arguments: DrawingFormat.allCases.filter { $0 != .svg })
  func sameBytesEveryTime(format: DrawingFormat) throws {
    let bytes = try sheet().bytes(as: format)
    #expect(try bytes == sheet().bytes(as: format))
    try look(bytes, "heat.\(format)")
  }

  @Test func framesArePixelsAndTextIsVector() throws {
    let svg = String(decoding: try sheet().bytes(as: .svg), as: UTF8.self)
    #expect(svg.contains("<image") && svg.contains("<symbol"))
  }

  /// The line around the half of a round hill of radius 40 is a circle of radius 20.
  @Test func contoursFollowTheLevel() {
    let points = hill.contour(at: 0.5).joined()
    #expect(points.count > 100)
    for point in points {
      let (x, y) = (point.x * 96 - 48, point.y * 96 - 48)
      let radius = (x * x + y * y).squareRoot()
      #expect(abs(radius - 20) < 0.3)
    }
  }
}
