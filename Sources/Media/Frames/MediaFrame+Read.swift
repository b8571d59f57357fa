import CFFmpeg
import Core

/// Colours of a part of the frame.
extension MediaFrame {
  public func read(_ region: PixelRect) -> Patch {
    let area = region.clipped(width: width, height: height)
    let pixels = [UInt8](unsafeUninitializedCapacity: region.width * region.height * 4) { buffer, count in
      count = buffer.count
      blacken(buffer)
      let colours = UnsafeMutableBufferPointer(rebasing: buffer[...])
      if area.width > 0, area.height > 0 { read(region, area, colours.baseAddress!) }
    }
    return Patch(rect: region, pixels: pixels)
  }

  private func blacken(_ buffer: UnsafeMutableBufferPointer<UInt8>) {
    for index in buffer.indices { buffer[index] = index & 3 == 3 ? 255 : 0 }
  }

  private func read(_ region: PixelRect, _ area: PixelRect, _ target: UnsafeMutablePointer<UInt8>) {
    if layout.sampleBytes == 1 {
      read(UInt8.self, region, area, target)
    } else {
      read(UInt16.self, region, area, target)
    }
  }

  private func read<Sample: FixedWidthInteger & UnsignedInteger>(
    _: Sample.Type, _ region: PixelRect, _ area: PixelRect, _ target: UnsafeMutablePointer<UInt8>
  ) {
    let planes = PlaneTriple<Sample>(avFrame, layout)
    let conversion = ColourConversion(layout: layout, colour: colour)
    for y in area.y..<area.y + area.height {
      var pixel = target + ((y - region.y) * region.width + area.x - region.x) * 4
      for x in area.x..<area.x + area.width {
        conversion.write(planes.samples(x, y), to: pixel)
        pixel += 4
      }
    }
  }
}

/// The three planes, read at pixels.
private struct PlaneTriple<Sample: FixedWidthInteger & UnsignedInteger> {
  let first: Plane<Sample>
  let second: Plane<Sample>
  let third: Plane<Sample>
  let shiftX: Int
  let shiftY: Int

  init(_ avFrame: UnsafeMutablePointer<AVFrame>, _ layout: PixelLayout) {
    first = Plane(avFrame, 0, layout)
    second = Plane(avFrame, 1, layout)
    third = Plane(avFrame, 2, layout)
    shiftX = layout.model == .yuv ? layout.chromaShiftX : 0
    shiftY = layout.model == .yuv ? layout.chromaShiftY : 0
  }

  @inline(__always)
  func samples(_ x: Int, _ y: Int) -> (Int, Int, Int) {
    let (cx, cy) = (x >> shiftX, y >> shiftY)
    return (Int(first.row(y)[x]), Int(second.row(cy)[cx]), Int(third.row(cy)[cx]))
  }
}

/// From three samples to 8-bit BGRA, in 2^-16 of a step.
struct ColourConversion {
  private let isRGB: Bool
  private let depth: Int
  private let floor: Int
  private let middle: Int
  private let luma: Int
  private let blueDifference: Int
  private let redDifference: Int
  private let greenOfBlue: Int
  private let greenOfRed: Int

  init(layout: PixelLayout, colour: ColourSpace) {
    isRGB = layout.model == .rgb
    depth = layout.depth
    floor = colour.lumaFloor(depth)
    middle = 1 << (depth - 1)
    let unit = 255.0 * 65536
    luma = Int((unit / Double(isRGB ? layout.maximum : colour.lumaSpan(depth))).rounded())
    let chroma = unit / Double(colour.chromaSpan(depth))
    blueDifference = Int((chroma * 2 * (1 - colour.blue)).rounded())
    redDifference = Int((chroma * 2 * (1 - colour.red)).rounded())
    greenOfBlue = Int((chroma * 2 * (1 - colour.blue) * colour.blue / colour.green).rounded())
    greenOfRed = Int((chroma * 2 * (1 - colour.red) * colour.red / colour.green).rounded())
  }

  /// Writes one pixel.
  @inline(__always)
  func write(_ samples: (Int, Int, Int), to pixel: UnsafeMutablePointer<UInt8>) {
    if isRGB { return writeRGB(samples, to: pixel) }
    let (y, u, v) = ((samples.0 - floor) * luma, samples.1 - middle, samples.2 - middle)
    pixel[0] = byte(y + u * blueDifference)
    pixel[1] = byte(y - u * greenOfBlue - v * greenOfRed)
    pixel[2] = byte(y + v * redDifference)
  }

  @inline(__always)
  private func writeRGB(_ samples: (Int, Int, Int), to pixel: UnsafeMutablePointer<UInt8>) {
    pixel[0] = byte(samples.1 * luma)
    pixel[1] = byte(samples.0 * luma)
    pixel[2] = byte(samples.2 * luma)
  }

  @inline(__always)
  private func byte(_ value: Int) -> UInt8 { UInt8(truncatingIfNeeded: min(max((value + 32768) >> 16, 0), 255)) }
}
