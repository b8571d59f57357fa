import Core
import Foundation

/// Which images and subjects weights were fitted to, as digests of 48 bits: enough to refuse figures on images that the
/// weights know, while nobody can be read from it.
public struct TrainedOn: Hashable, Sendable {
  private var images: Set<UInt64> = []
  private var subjects: Set<UInt64> = []

  /// Everything in `set`.
  public init(_ set: FaceDataSet) {
    images = Set(Self.images(of: set))
    subjects = Set(set.subjects.map { Self.digest($0.utf8) })
  }

  /// What a weight file's metadata say; nil where they say nothing.
  public init?(metadata: [String: String]) {
    guard let images = metadata[Self.imagesKey].flatMap(Self.read) else { return nil }
    self.images = images
    subjects = metadata[Self.subjectsKey].flatMap(Self.read) ?? []
  }

  /// Metadata for a weight file.
  public var words: [String: String] {
    [Self.imagesKey: Self.text(images)].merging(subjects.isEmpty ? [:] : [Self.subjectsKey: Self.text(subjects)]) {
      $1
    }
  }

  /// Also what `others` were fitted to, from which the weights begin or learn.
  public func union(_ others: [TrainedOn]) -> TrainedOn {
    var all = self
    for other in others {
      all.images.formUnion(other.images)
      all.subjects.formUnion(other.subjects)
    }
    return all
  }

  /// Images of `set` that were seen in training; with `people` also those of subjects who were.
  public func seen(in set: FaceDataSet, people: Bool) -> Int {
    let known = people ? set.subjects.map { subjects.contains(Self.digest($0.utf8)) } : []
    return Self.images(of: set).enumerated().count { index, image in
      images.contains(image) || (!known.isEmpty && known[index])
    }
  }

  /// The keys in metadata: long, and of no use to people.
  public static let keys: Set = [imagesKey, subjectsKey]
  private static let (imagesKey, subjectsKey) = ("trained_pictures", "trained_subjects")
  private static let bytes = 6

  private static func images(of set: FaceDataSet) -> [UInt64] {
    set.pixels.withUnsafeBufferPointer { pixels in
      (0..<set.count).map { digest(pixels[$0 * set.shape.count..<($0 + 1) * set.shape.count]) }
    }
  }

  /// FNV-1a, folded to 48 bits.
  private static func digest(_ bytes: some Sequence<UInt8>) -> UInt64 {
    let whole = Digest.fnv1a(bytes)
    return (whole >> 48 ^ whole) & (1 << 48 - 1)
  }

  private static func text(_ digests: Set<UInt64>) -> String {
    Data(digests.sorted().flatMap { digest in (0..<bytes).map { UInt8(truncatingIfNeeded: digest >> (8 * $0)) } })
      .base64EncodedString()
  }

  private static func read(_ text: String) -> Set<UInt64>? {
    guard let data = Data(base64Encoded: text), data.count.isMultiple(of: bytes) else { return nil }
    let all = [UInt8](data)
    return Set(
      stride(from: 0, to: all.count, by: bytes).map { start in
        (0..<bytes).reduce(UInt64(0)) { $0 | UInt64(all[start + $1]) << (8 * $1) }
      })
  }
}
