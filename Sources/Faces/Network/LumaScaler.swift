import Foundation

/// A picture scaled to the size at which a network looks at it, then four times smaller again and again. Keeps its memory.
///
/// Scaling down halves by means of 2 x 2 pixels as often as it can, then interpolates; training pictures go the same way.
final class LumaScaler {
  /// The picture at its present size; valid until the next call.
  private(set) var plane = LumaPlane(base: UnsafePointer(Memory.none), width: 0, height: 0, stride: 0)
  private var memory = Memory()
  private var spare = Memory()

  /// Takes in `picture` at `width` x `height`; it must stay valid until the next `begin`.
  func begin(_ picture: LumaPlane, width: Int, height: Int) {
    plane = picture
    guard picture.width != width || picture.height != height else { return }
    while plane.width >= 2 * width, plane.height >= 2 * height { halve() }
    replace(width: width, height: height) { $0.interpolate(to: $1, width: width, height: height) }
  }

  /// Makes it four times smaller.
  func quarter() {
    halve()
    halve()
  }

  /// Turns it by a quarter.
  func turn(_ turn: QuarterTurn) {
    let (width, height) = (plane.height, plane.width)
    replace(width: width, height: height) { picture, target in
      for y in 0..<height {
        for x in 0..<width {
          let from = turn.source(x: x, y: y, width: picture.width, height: picture.height)
          target[y &* width &+ x] = picture.base[from.y &* picture.stride &+ from.x]
        }
      }
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

  /// Writes the picture as the network takes it into `input`, `width` x `height` pixels of which the picture is the upper left part
  /// and the rest mid-grey.
  func write(to input: UnsafeMutablePointer<Float>, width: Int, height: Int) {
    for row in 0..<height {
      let line = row < plane.height ? plane.base + row * plane.stride : nil
      unshuffle(row: row, width: width, into: input) { x in
        guard let line, x < plane.width else { return 128 }
        return Float(line[x])
      }
    }
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

/// Writes a row of grey values (0 to 255) as detection networks take it: normalised, each 2 x 2 pixels as the four channels of one.
@inline(__always)
public func unshuffle(
  row: Int, width: Int, into input: UnsafeMutablePointer<Float>, _ grey: (_ column: Int) -> Float
) {
  let line = input + ((row / 2) * 2 * width + row % 2 * 2)
  for pair in 0..<width >> 1 {
    line[4 &* pair] = (grey(2 &* pair) - 128) * (1 / 64)
    line[4 &* pair &+ 1] = (grey(2 &* pair &+ 1) - 128) * (1 / 64)
  }
}

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

  /// Writes the picture as `width` x `height` packed pixels by linear interpolation.
  func interpolate(to target: UnsafeMutablePointer<UInt8>, width: Int, height: Int) {
    let columns = Taps(from: self.width, to: width)
    let rows = Taps(from: self.height, to: height)
    for row in 0..<height {
      let (upper, lower) = (base + rows.low[row] * stride, base + rows.high[row] * stride)
      let (down, to) = (rows.share[row], target + row * width)
      for x in 0..<width {
        let (left, right, across) = (columns.low[x], columns.high[x], columns.share[x])
        let top = Int32(upper[left]) &* (256 &- across) &+ Int32(upper[right]) &* across
        let bottom = Int32(lower[left]) &* (256 &- across) &+ Int32(lower[right]) &* across
        to[x] = UInt8(truncatingIfNeeded: (top &* (256 &- down) &+ bottom &* down &+ 32_768) >> 16)
      }
    }
  }

  /// The two elements between which each element of a scaled line lies, and the second's share of 256.
  private struct Taps {
    var low: [Int] = []
    var high: [Int] = []
    var share: [Int32] = []

    init(from: Int, to: Int) {
      for index in 0..<to {
        let place = min(max((Double(index) + 0.5) * Double(from) / Double(to) - 0.5, 0), Double(from - 1))
        low.append(Int(place))
        high.append(min(Int(place) + 1, from - 1))
        share.append(Int32((place - place.rounded(.down)) * 256))
      }
    }
  }
}
