import Faces
import Foundation

/// Why rows of an earlier run cannot be taken up.
public enum RowError: Error, Hashable, Sendable {
  /// The file cannot be read.
  case unreadable(String, errno: Int32)
  /// A line is no row.
  case malformed(String, line: Int)
  /// The rows have other classes than this run.
  case labelsDiffer(String)
  /// A row is not of the frame that it should be.
  case otherFrame(String, expected: Int, found: Int)
}

/// Reads rows that `JSONLines` wrote, one at a time, so that memory does not grow with them.
public final class JSONLineReader {
  private let path: String
  private let labels: LabelSet
  private let file: UnsafeMutablePointer<FILE>
  private var line: UnsafeMutablePointer<CChar>?
  private var capacity = 0
  private var count = 0
  private let decoder = JSONDecoder()

  /// Begins at byte `offset`, where a line begins.
  public init(_ path: String, labels: LabelSet, offset: Int = 0) throws(RowError) {
    guard let file = fopen(path, "re"), fseek(file, offset, SEEK_SET) == 0 else {
      throw .unreadable(path, errno: errno)
    }
    (self.path, self.labels, self.file) = (path, labels, file)
  }

  deinit {
    free(line)
    fclose(file)
  }

  /// Where the next row begins, in bytes.
  public var offset: Int { ftell(file) }

  /// The next row; nil at the end. A last line that lacks its end counts for nothing: its writer was stopped.
  public func next() throws(RowError) -> FrameResult? {
    let length = getline(&line, &capacity, file)
    guard length > 0, let line, line[length - 1] == 10 else { return nil }
    count += 1
    let bytes = Data(bytesNoCopy: line, count: length, deallocator: .none)
    guard let row = try? decoder.decode(Row.self, from: bytes), row.isSane else {
      throw .malformed(path, line: count)
    }
    guard let result = row.result(labels) else { throw .labelsDiffer(path) }
    return result
  }
}

/// A row's keys.
private struct Row: Decodable {
  struct Face: Decodable {
    var track: Int
    var box: [Double]
    var score: Double
    var source: BoxSource
    var expression: String
    var reason: Uncertainty?
    var confidence: Double
    var probabilities: [String: Double]
    var quality: Double?
    var disagreement: Double?
  }

  var frame: Int
  var time: Double
  var faces: [Face]
  var input: String?

  /// Whether all numbers are such as a row can have: with others nothing is to be computed.
  var isSane: Bool {
    Row.counts.contains(frame) && abs(time) < 1e9 && faces.allSatisfy { $0.isSane && Row.counts.contains($0.track) }
  }

  /// What `Double` holds exactly.
  private static let counts = 0...(1 << 53)

  func result(_ labels: LabelSet) -> FrameResult? {
    let found = faces.compactMap { $0.result(labels) }
    guard found.count == faces.count else { return nil }
    return FrameResult(frame: frame, time: time, input: input, faces: found)
  }
}

extension Row.Face {
  /// Comparisons with what is no number are false.
  fileprivate var isSane: Bool {
    let shares = [score, confidence, quality ?? 0, disagreement ?? 0] + probabilities.values
    return box.count == 4 && box.allSatisfy { abs($0) < 1e9 } && shares.allSatisfy { (0...1000).contains($0) }
  }

  fileprivate func result(_ labels: LabelSet) -> FaceResult? {
    let shares = labels.names.compactMap { probabilities[$0] }
    guard shares.count == labels.names.count, shares.count == probabilities.count else { return nil }
    return FaceResult(
      track: track, box: Box(x: box[0], y: box[1], width: box[2], height: box[3]), score: score, source: source,
      expression: labels.names.contains(expression) ? expression : nil, reason: reason, confidence: confidence,
      probabilities: shares, quality: quality, disagreement: disagreement)
  }
}
