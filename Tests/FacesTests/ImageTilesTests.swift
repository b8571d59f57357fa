import Testing

@testable import Core
@testable import Faces

@Suite struct ImageTilesTests {
  /// Every face that fits into the overlap lies whole in a tile that answers for its middle.
  @Test(arguments: [(4000, 2250, 1024, 144), (1025, 700, 1024, 144), (300, 5000, 200, 90), (100, 100, 1024, 144)])
  func everyFaceLiesWholeInATileThatOwnsIt(_ width: Int, _ height: Int, _ side: Int, _ overlap: Int) {
    let tiles = ImageTiles(width: width, height: height, side: side, overlap: overlap).tiles
    #expect(tiles.allSatisfy { $0.x.length <= side && $0.y.length <= side })
    #expect(tiles.allSatisfy { $0.x.start + $0.x.length <= width && $0.y.start + $0.y.length <= height })
    let half = overlap / 2 - overlap / 16 - 1
    for x in stride(from: half, through: width - half, by: 7) {
      for y in stride(from: half, through: height - half, by: 13) {
        let owners = tiles.filter { $0.owns(Point(x: Double(x), y: Double(y))) }
        #expect(!owners.isEmpty)
        for tile in owners {
          #expect(tile.x.start <= x - half && x + half <= tile.x.start + tile.x.length)
          #expect(tile.y.start <= y - half && y + half <= tile.y.start + tile.y.length)
        }
      }
    }
  }

  @Test func smallImagesAreOneTile() {
    #expect(ImageTiles(width: 640, height: 480, side: 1024, overlap: 144).tiles.count == 1)
    #expect(ImageTiles(width: 1, height: 1, side: 1024, overlap: 144).tiles.count == 1)
  }

  @Test func aPartOfAImageIsThere() {
    let image = GreyImage(width: 9, height: 8)
    for i in 0..<72 { image.pixels[i] = UInt8(i) }
    let part = image.luma.part(x: 2, y: 3, width: 4, height: 2)
    #expect(part.base[0] == 29 && part.base[part.stride + 3] == 41 && part.width == 4 && part.height == 2)
  }
}
