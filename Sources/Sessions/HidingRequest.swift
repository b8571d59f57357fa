import Core
import Display
import Foundation

/// How faces are hidden.
public struct HidingRequest: Sendable {
  /// How a head is made unrecognisable.
  public var style: HidingStyle
  /// What is covered of the square around a head.
  public var shape = CoverShape.box
  /// By how much of a face's side its cover reaches beyond it, on each side.
  public var margin = FaceHider.usualMargin
  /// Tracks that are not covered where they are seen.
  public var keptTracks: Set<Int> = []
  /// Places that are covered whatever is there.
  public var regions: [HiddenRegion] = []

  /// The whole square, as wide as usual.
  public init(_ style: HidingStyle) { self.style = style }
}

/// A place that is covered for some time.
public struct HiddenRegion: Hashable, Sendable {
  /// From when to when, seconds of the source.
  public var time: ClosedRange<Double>
  /// In pixels of the frame.
  public var box: Box

  /// At such times.
  public init(time: ClosedRange<Double>, box: Box) { (self.time, self.box) = (time, box) }

  /// The regions of a text file: `START END X Y WIDTH HEIGHT` on each line, in seconds and pixels; what follows `#` is a remark.
  /// - Throws: `HiddenRegionError`.
  public static func read(_ path: String) throws(HiddenRegionError) -> [HiddenRegion] {
    guard let data = try? FileHandle(forReadingFrom: URL(fileURLWithPath: path)).readToEnd() ?? Data() else {
      throw .unreadable(path)
    }
    var regions: [HiddenRegion] = []
    for (place, line) in String(decoding: data, as: UTF8.self).split(
      omittingEmptySubsequences: false, whereSeparator: \.isNewline
    ).enumerated() {
      let words = line.prefix { $0 != "#" }.split { $0 == " " || $0 == "\t" || $0 == "," }
      if words.isEmpty { continue }
      guard let region = HiddenRegion(words.map(String.init)) else { throw .malformed(path, line: place + 1) }
      regions.append(region)
    }
    return regions
  }

  private init?(_ words: [String]) {
    let numbers = words.compactMap { Double($0) }
    guard numbers.count == 6, words.count == 6, numbers.allSatisfy({ $0.isFinite && abs($0) < 1e9 }),
      numbers[0] <= numbers[1], numbers[4] > 0, numbers[5] > 0
    else { return nil }
    self.init(
      time: numbers[0]...numbers[1], box: Box(x: numbers[2], y: numbers[3], width: numbers[4], height: numbers[5]))
  }
}

/// Why regions cannot be read.
public enum HiddenRegionError: Error, Hashable, Sendable {
  /// The file.
  case unreadable(String)
  /// A line is no region.
  case malformed(String, line: Int)
}
