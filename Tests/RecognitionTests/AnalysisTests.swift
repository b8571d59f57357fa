import Testing

@testable import Core
@testable import Recognition

@Suite struct ExpressionRuleTests {
  @Test(arguments: [
    ([0.1, 0.6, 0.3], 1), ([0.34, 0.33, 0.33], nil), ([0.45, 0.42, 0.13], nil), ([0.9, 0.1, 0], 0), ([], nil),
    ([0.56, 0.22, 0.22], nil), ([0.58, 0.21, 0.21], 0),
  ])
  func namesWhatIsClear(probabilities: [Double], expected: Int?) {
    #expect(ExpressionRule().choice(probabilities) == expected)
  }
}

@Suite struct SquarePixelsTests {
  /// A ramp across stays a ramp, and its ends stay where they are.
  @Test(arguments: [16.0 / 11, 12.0 / 11, 8.0 / 9, 2]) func aRampStaysARamp(aspect: Double) {
    let (width, height) = (180, 7)
    let bytes = (0..<height).flatMap { _ in (0..<width).map { UInt8($0) } }
    bytes.withUnsafeBufferPointer { buffer in
      let luma = LumaPlane(base: buffer.baseAddress!, width: width, height: height, stride: width)
      SquarePixels().withSquare(luma, pixelAspect: aspect) { square, scale in
        #expect(square.height == height && square.width == Int((180 * aspect).rounded()))
        for row in 0..<height {
          for column in 0..<square.width {
            let expected = min(max((Double(column) + 0.5) / scale - 0.5, 0), 179)
            #expect(abs(Double(square.base[row * square.stride + column]) - expected) <= 1)
          }
        }
      }
    }
  }

  @Test func squarePixelsAreNotCopied() {
    let frame = PlainFrame(index: 0, time: 0)
    SquarePixels().withSquare(frame.luma, pixelAspect: 1) { square, scale in
      #expect(square.base == frame.luma.base && scale == 1)
    }
  }
}
