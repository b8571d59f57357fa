/// Multi-block local binary patterns (Liao et al., 2007): eight blocks compared with the one that they surround.
public struct LBPFeatures: CascadeFeatures, Sendable {
  /// Sixteen a node: the corners of three by three blocks, row by row, as offsets from the window.
  public var corners: [Int32] = []
  /// Eight words a node: left for patterns whose bit is set.
  public var subsets: [UInt32] = []

  /// Without nodes.
  public init() {}

  var brightest: Float { 0 }
  var isVectorisable: Bool { true }

  /// Patterns do not depend on the light.
  func fill(_ lights: UnsafeMutablePointer<Float>, from window: UnsafePointer<Int32>, count: Int) {
    lights.update(repeating: 0, count: count)
  }

  @inline(__always) private func block(
    _ window: UnsafePointer<Int32>, _ c: UnsafePointer<Int32>, _ i: Int
  ) -> Int32 {
    window[Int(c[i])] &- window[Int(c[i + 1])] &- window[Int(c[i + 4])] &+ window[Int(c[i + 5])]
  }

  @inline(__always) func isLeft(_ node: Int, at window: UnsafePointer<Int32>, _ light: Float)
    -> Bool
  {
    corners.withUnsafeBufferPointer { corners in
      let c = corners.baseAddress! + node * 16
      let middle = block(window, c, 5)
      var code = block(window, c, 0) >= middle ? 128 : 0
      code |= block(window, c, 1) >= middle ? 64 : 0
      code |= block(window, c, 2) >= middle ? 32 : 0
      code |= block(window, c, 6) >= middle ? 16 : 0
      code |= block(window, c, 10) >= middle ? 8 : 0
      code |= block(window, c, 9) >= middle ? 4 : 0
      code |= block(window, c, 8) >= middle ? 2 : 0
      code |= block(window, c, 4) >= middle ? 1 : 0
      return subsets[node * 8 + code >> 5] & (1 << UInt32(code & 31)) != 0
    }
  }

  @inline(__always) func isLeft8(
    _ node: Int, at window: UnsafePointer<Int32>, _ light: SIMD8<Float>
  ) -> SIMDMask<SIMD8<Int32>> {
    corners.withUnsafeBufferPointer { corners in
      subsets.withUnsafeBufferPointer { subsets in
        let c = corners.baseAddress! + node * 16
        let rows = (Row(window, c), Row(window, c + 4), Row(window, c + 8), Row(window, c + 12))
        let (top, centre, low) = (
          rows.0.blocks(rows.1), rows.1.blocks(rows.2), rows.2.blocks(rows.3)
        )
        let words = UnsafeRawPointer(subsets.baseAddress! + node * 8).loadUnaligned(
          as: SIMD8<Int32>.self)
        let middle = centre.1
        // The top three bits choose the word, the others the bit within it.
        let pairs = (
          pick(words[1], words[0], top.2 .>= middle), pick(words[3], words[2], top.2 .>= middle),
          pick(words[5], words[4], top.2 .>= middle), pick(words[7], words[6], top.2 .>= middle)
        )
        let halves = (
          pairs.0.replacing(with: pairs.1, where: top.1 .>= middle),
          pairs.2.replacing(with: pairs.3, where: top.1 .>= middle)
        )
        let word = halves.0.replacing(with: halves.1, where: top.0 .>= middle)
        let zero = SIMD8<Int32>(repeating: 0)
        var bit = zero.replacing(with: 16, where: centre.2 .>= middle)
        bit |= zero.replacing(with: 8, where: low.2 .>= middle)
        bit |= zero.replacing(with: 4, where: low.1 .>= middle)
        bit |= zero.replacing(with: 2, where: low.0 .>= middle)
        bit |= zero.replacing(with: 1, where: centre.0 .>= middle)
        return ((word &>> bit) & 1) .!= zero
      }
    }
  }

  @inline(__always) private func pick(
    _ a: Int32, _ b: Int32, _ first: SIMDMask<SIMD8<Int32>>
  ) -> SIMD8<Int32> {
    SIMD8(repeating: b).replacing(with: SIMD8(repeating: a), where: first)
  }

  /// Differences of neighbouring entries of one row of corners, for eight windows.
  private struct Row {
    let a: SIMD8<Int32>
    let b: SIMD8<Int32>
    let c: SIMD8<Int32>

    @inline(__always) init(_ p: UnsafePointer<Int32>, _ corners: UnsafePointer<Int32>) {
      let corner = (
        p.load8(corners[0]), p.load8(corners[1]), p.load8(corners[2]), p.load8(corners[3])
      )
      a = corner.1 &- corner.0
      b = corner.2 &- corner.1
      c = corner.3 &- corner.2
    }

    /// The three blocks down to the row of corners `below`.
    @inline(__always) func blocks(_ below: Row) -> (SIMD8<Int32>, SIMD8<Int32>, SIMD8<Int32>) {
      (below.a &- a, below.b &- b, below.c &- c)
    }
  }
}
