import Core
import Kernels

/// An image scaled to the size at which a network looks at it, then four times smaller again and again. Keeps its memory.
///
/// Scaling down halves by means of 2 x 2 pixels as often as it can, then interpolates; training images go the same way.
final class LumaScaler {
  /// The image at its present size; valid until the next call.
  private(set) var plane = LumaPlane(base: UnsafePointer(Memory.none), width: 0, height: 0, stride: 0)
  private var memory = Memory()
  private var spare = Memory()
  /// The last interpolation's weights, and its row.
  private var resize: ResizeLinear?
  private var row: [UInt16] = []

  /// Takes in `image` at `width` x `height`; it must stay valid until the next `begin`.
  func begin(_ image: LumaPlane, width: Int, height: Int) {
    plane = image
    guard image.width != width || image.height != height else { return }
    while plane.width >= 2 * width, plane.height >= 2 * height { halve() }
    interpolate(width, height)
  }

  /// Makes it four times smaller.
  func quarter() {
    halve()
    halve()
  }

  /// Makes its mirror image: left and right change places.
  func mirror() {
    replace(width: plane.width, height: plane.height) { image, target in
      for y in 0..<image.height {
        let (source, line) = (image.base + y &* image.stride, target + y &* image.width)
        for x in 0..<image.width { line[x] = source[image.width &- 1 &- x] }
      }
    }
  }

  /// Turns it.
  func turn(_ turn: ImageTurn) {
    let (width, height) = turn.isSideways ? (plane.height, plane.width) : (plane.width, plane.height)
    replace(width: width, height: height) { image, target in
      for y in 0..<height {
        for x in 0..<width {
          let from = turn.source(x: x, y: y, width: image.width, height: image.height)
          target[y &* width &+ x] = image.base[from.y &* image.stride &+ from.x]
        }
      }
    }
  }

  private func interpolate(_ width: Int, _ height: Int) {
    let sizes = (plane.width, plane.height, width, height)
    if resize.map({ ($0.sourceWidth, $0.sourceHeight, $0.width, $0.height) == sizes }) != true {
      resize = ResizeLinear(sourceWidth: plane.width, sourceHeight: plane.height, width: width, height: height)
      row = Array(repeating: 0, count: plane.width + 1)
    }
    replace(width: width, height: height) { image, target in
      resize!.run(image.base, stride: image.stride, to: target, targetStride: width, scratch: &row)
    }
  }

  private func halve() {
    replace(width: max(plane.width / 2, 1), height: max(plane.height / 2, 1)) { $0.halve(to: $1) }
  }

  private func replace(width: Int, height: Int, _ make: (LumaPlane, UnsafeMutablePointer<UInt8>) -> Void) {
    spare.reserve(width * height)
    make(plane, spare.base)
    swap(&memory, &spare)
    plane = LumaPlane(base: UnsafePointer(memory.base), width: width, height: height, stride: width)
  }

  /// Writes the image as the network takes it into `input`, `width` x `height` pixels of which the image is the upper left part
  /// and the rest mid-grey.
  func write(to input: UnsafeMutablePointer<Float>, width: Int, height: Int) {
    let whole = min(plane.width, width) / 2
    for pair in 0..<height / 2 {
      let (upper, lower, line) = (line(2 * pair), line(2 * pair + 1), input + pair * 2 * width)
      unshuffle(upper ?? outside(whole), lower ?? outside(whole), pairs: whole, into: line) { Float($0) }
      for column in 2 * whole..<width {
        let at = line + column / 2 * 4 + column % 2
        let isInside = column < plane.width
        at[0] = normalised(Float(isInside ? upper?[column] ?? Self.grey : Self.grey))
        at[2] = normalised(Float(isInside ? lower?[column] ?? Self.grey : Self.grey))
      }
    }
  }

  private static let grey: UInt8 = 128

  private func line(_ row: Int) -> UnsafePointer<UInt8>? { row < plane.height ? plane.base + row * plane.stride : nil }

  /// A line of mid-grey.
  private func outside(_ pairs: Int) -> UnsafePointer<UInt8> {
    spare.reserve(2 * pairs)
    spare.base.update(repeating: Self.grey, count: 2 * pairs)
    return UnsafePointer(spare.base)
  }

  /// Bytes that grow.
  private final class Memory {
    nonisolated(unsafe) static let none = UnsafeMutablePointer<UInt8>.allocate(capacity: 1)
    private(set) var base = UnsafeMutablePointer<UInt8>.allocate(capacity: 1)
    private var count = 1

    func reserve(_ count: Int) {
      guard count > self.count else { return }
      base.deallocate()
      base = .allocate(capacity: count)
      self.count = count
    }

    deinit { base.deallocate() }
  }
}

/// Writes two rows of `2 * pairs` pixels (`grey`: 0 to 255) as detection networks take them: normalised, each 2 x 2 pixels as the
/// four channels of one.
@inline(__always)
public func unshuffle<Pixel>(
  _ upper: UnsafePointer<Pixel>, _ lower: UnsafePointer<Pixel>, pairs: Int, into input: UnsafeMutablePointer<Float>,
  _ grey: (Pixel) -> Float
) {
  for pair in 0..<pairs {
    let at = input + 4 &* pair
    at[0] = normalised(grey(upper[2 &* pair]))
    at[1] = normalised(grey(upper[2 &* pair &+ 1]))
    at[2] = normalised(grey(lower[2 &* pair]))
    at[3] = normalised(grey(lower[2 &* pair &+ 1]))
  }
}

@inline(__always)
private func normalised(_ grey: Float) -> Float { (grey - 128) * (1 / 64) }

extension LumaPlane {
  /// Writes means of 2 x 2 pixels as packed rows: half as wide and high, rounded down (a side of 1 stays).
  func halve(to target: UnsafeMutablePointer<UInt8>) {
    let (across, down) = (max(width / 2, 1), max(height / 2, 1))
    for row in 0..<down {
      let upper = base + 2 * row * stride
      let lower = base + min(2 * row + 1, height - 1) * stride
      let to = target + row * across
      if width == 1 {
        to[0] = UInt8(truncatingIfNeeded: (UInt16(upper[0]) &+ UInt16(lower[0]) &+ 1) >> 1)
      } else {
        for x in 0..<across {
          let sum =
            UInt16(upper[2 &* x]) &+ UInt16(upper[2 &* x &+ 1]) &+ UInt16(lower[2 &* x]) &+ UInt16(lower[2 &* x &+ 1])
          to[x] = UInt8(truncatingIfNeeded: (sum &+ 2) >> 2)
        }
      }
    }
  }
}
