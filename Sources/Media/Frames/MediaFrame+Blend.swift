import CFFmpeg
import Core

/// Drawing on the frame in its own planes: only samples below the patch change.
extension MediaFrame {
  public func blend(_ patch: Patch) {
    let area = patch.rect.clipped(width: width, height: height)
    guard area.width > 0, area.height > 0 else { return }
    makeWritable()
    patch.pixels.withUnsafeBufferPointer { pixels in
      let patch = PatchView(base: pixels.baseAddress!, rect: patch.rect)
      for plane in 0..<3 {
        if layout.sampleBytes == 1 {
          blend(UInt8.self, plane, patch, area)
        } else {
          blend(UInt16.self, plane, patch, area)
        }
      }
    }
  }

  private func blend<Sample: FixedWidthInteger & UnsignedInteger>(
    _: Sample.Type, _ index: Int, _ patch: PatchView, _ area: PixelRect
  ) {
    let plane = Plane<Sample>(avFrame, index, layout)
    let weights = SampleWeights(plane: index, layout: layout, colour: colour)
    if index == 0 || layout.model == .rgb || layout.chromaShiftX + layout.chromaShiftY == 0 {
      blendEach(plane, weights, patch, area)
    } else {
      blendShared(plane, weights, patch, area)
    }
  }

  /// A sample a pixel.
  private func blendEach<Sample>(
    _ plane: Plane<Sample>, _ weights: SampleWeights, _ patch: PatchView, _ area: PixelRect
  ) {
    let maximum = layout.maximum
    for y in area.y..<area.y + area.height {
      let row = plane.row(y)
      for x in area.x..<area.x + area.width {
        let pixel = patch.pixel(x, y)
        guard pixel[3] != 0 else { continue }
        var sum = PixelSum()
        sum.add(pixel)
        row[x] = Sample(truncatingIfNeeded: sum.over(Int(row[x]), weights, count: 1, maximum: maximum))
      }
    }
  }

  /// A sample for several pixels: their mean; pixels beside the patch are clear.
  private func blendShared<Sample>(
    _ plane: Plane<Sample>, _ weights: SampleWeights, _ patch: PatchView, _ area: PixelRect
  ) {
    let (shiftX, shiftY, maximum) = (layout.chromaShiftX, layout.chromaShiftY, layout.maximum)
    let count = 1 << (shiftX + shiftY)
    for y in area.y >> shiftY...(area.y + area.height - 1) >> shiftY {
      let row = plane.row(y)
      for x in area.x >> shiftX...(area.x + area.width - 1) >> shiftX {
        let sum = patch.sum(x << shiftX, y << shiftY, 1 << shiftX, 1 << shiftY)
        guard sum.alpha != 0 else { continue }
        row[x] = Sample(truncatingIfNeeded: sum.over(Int(row[x]), weights, count: count, maximum: maximum))
      }
    }
  }
}

/// The pixels of a patch at their place in the frame.
private struct PatchView {
  let base: UnsafePointer<UInt8>
  let rect: PixelRect

  @inline(__always)
  func pixel(_ x: Int, _ y: Int) -> UnsafePointer<UInt8> { base + ((y - rect.y) * rect.width + x - rect.x) * 4 }

  @inline(__always)
  func sum(_ left: Int, _ top: Int, _ width: Int, _ height: Int) -> PixelSum {
    var sum = PixelSum()
    for y in max(top, rect.y)..<max(max(top, rect.y), min(top + height, rect.y + rect.height)) {
      for x in max(left, rect.x)..<max(max(left, rect.x), min(left + width, rect.x + rect.width)) {
        sum.add(pixel(x, y))
      }
    }
    return sum
  }
}

extension PixelRect {
  /// The part inside a frame of that size.
  func clipped(width imageWidth: Int, height imageHeight: Int) -> PixelRect {
    let (left, top) = (max(x, 0), max(y, 0))
    return PixelRect(
      x: left, y: top, width: max(0, min(x + width, imageWidth) - left),
      height: max(0, min(y + height, imageHeight) - top))
  }
}
