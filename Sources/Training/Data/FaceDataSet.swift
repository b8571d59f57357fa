import Networks

/// Grey images of one size with their classes, as a training or validation split.
public struct FaceDataSet: Sendable {
  /// Extent of each image; one channel.
  public var shape: Shape
  /// Images one after another, row-major, one byte a pixel.
  public var pixels: [UInt8]
  /// The class of each image.
  public var labels: [Int]
  /// Votes of each image for the classes of `LabelSet.ferPlus`, in its order; empty where there are none.
  public var votes: [[Float]]
  /// The subject of each image; empty where unknown.
  public var subjects: [String]
  /// What people should know of how it was read.
  public var notes: [DataNote] = []

  /// A set of images and labels.
  public init(shape: Shape, pixels: [UInt8] = [], labels: [Int] = [], subjects: [String] = []) {
    self.shape = shape
    self.pixels = pixels
    self.labels = labels
    self.subjects = subjects
    votes = []
  }

  /// Number of images.
  public var count: Int { labels.count }

  /// The pixels of image `index`.
  public func image(_ index: Int) -> ArraySlice<UInt8> {
    pixels[index * shape.count..<(index + 1) * shape.count]
  }

  /// The images at `indices`, in that order.
  public func subset(_ indices: [Int]) -> FaceDataSet {
    var result = FaceDataSet(shape: shape)
    result.pixels.reserveCapacity(indices.count * shape.count)
    for index in indices { result.pixels += image(index) }
    result.labels = indices.map { labels[$0] }
    result.votes = votes.isEmpty ? [] : indices.map { votes[$0] }
    result.subjects = subjects.isEmpty ? [] : indices.map { subjects[$0] }
    return result
  }

  /// Appends one image.
  mutating func append(_ image: some Sequence<UInt8>, label: Int, subject: String?) {
    pixels += image
    labels.append(label)
    if let subject { subjects.append(subject) }
  }

  /// Without the images that are, byte for byte, in `other`.
  public func dropping(_ other: FaceDataSet) -> FaceDataSet {
    let known = Set((0..<other.count).map { other.image($0) })
    return subset((0..<count).filter { !known.contains(image($0)) })
  }

  /// The class that most of the eight classes' votes name; nil without votes or with a tie.
  ///
  /// Images whose annotators mostly chose `unknown` or `not a face` carry no votes here (`VotesCSV`).
  public func majority(_ index: Int) -> Int? {
    guard !votes.isEmpty, let most = votes[index].max(), most > 0 else { return nil }
    let winners = votes[index].indices.filter { votes[index][$0] == most }
    return winners.count == 1 ? winners[0] : nil
  }
}
