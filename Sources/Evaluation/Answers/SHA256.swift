import Foundation

/// The digest of FIPS 180-4.
struct SHA256 {
  /// 32 bits of the fraction of the `root`-th root of each of the first primes.
  private static func fractions(_ count: Int, _ root: (Double) -> Double) -> [UInt32] {
    let primes = (2...).lazy.filter { number in !(2..<number).contains { number % $0 == 0 } }
    return primes.prefix(count).map { prime in
      let value = root(Double(prime))
      return UInt32((value - value.rounded(.down)) * 0x1p32)
    }
  }

  private static let constants = fractions(64, cbrt)
  private var state = fractions(8, sqrt)
  private var block: [UInt8] = []
  private var length = 0

  /// Adds the UTF-8 of `text` and a zero.
  mutating func add(_ text: String) { (Array(text.utf8) + [0]).withUnsafeBytes { add($0) } }

  /// Adds `bytes`.
  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    length += bytes.count
    var rest = bytes[...]
    if !block.isEmpty {
      let taken = rest.prefix(64 - block.count)
      block += taken
      rest = rest.dropFirst(taken.count)
      guard block.count == 64 else { return }
      block.withUnsafeBytes { mix($0.baseAddress!, blocks: 1) }
      block = []
    }
    if rest.count >= 64 {
      mix(UnsafeRawBufferPointer(rebasing: rest).baseAddress!, blocks: rest.count / 64)
      rest = rest.dropFirst(rest.count / 64 * 64)
    }
    block += rest
  }

  /// The digest of what was added so far.
  var hex: String {
    var last = self
    let padding = (119 - length % 64) % 64
    let bits = withUnsafeBytes(of: UInt64(length * 8).bigEndian, Array.init)
    ([0x80] + [UInt8](repeating: 0, count: padding) + bits).withUnsafeBytes { last.add($0) }
    return last.state.map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 8 - digits.count) + digits
    }.joined()
  }

  private mutating func mix(_ bytes: UnsafeRawPointer, blocks: Int) {
    SHA256.constants.withUnsafeBufferPointer { constants in
      withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { words in
        for at in 0..<blocks { mix(bytes + at * 64, words, constants) }
      }
    }
  }

  private mutating func mix(
    _ bytes: UnsafeRawPointer, _ words: UnsafeMutableBufferPointer<UInt32>, _ constants: UnsafeBufferPointer<UInt32>
  ) {
    for i in 0..<16 { words[i] = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: i * 4, as: UInt32.self)) }
    for i in 16..<64 {
      let (a, b) = (words[i - 15], words[i - 2])
      let small = rotated(a, 7) ^ rotated(a, 18) ^ a >> 3
      let large = rotated(b, 17) ^ rotated(b, 19) ^ b >> 10
      words[i] = words[i - 16] &+ small &+ words[i - 7] &+ large
    }
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    for i in 0..<64 {
      let choice = e & f ^ ~e & g
      let first = h &+ (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) &+ choice &+ constants[i] &+ words[i]
      let majority = a & b ^ a & c ^ b & c
      let second = (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) &+ majority
      (h, g, f, e, d, c, b, a) = (g, f, e, d &+ first, c, b, a, first &+ second)
    }
    for (i, value) in [a, b, c, d, e, f, g, h].enumerated() { state[i] &+= value }
  }

  private func rotated(_ word: UInt32, _ by: UInt32) -> UInt32 { word >> by | word << (32 - by) }
}
