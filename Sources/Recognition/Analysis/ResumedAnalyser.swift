import Core
import Rows

/// Goes on with an analysis that was stopped: frames that have rows get these; shortly before the rows end, the analysis
/// sets in, so that it knows the faces, and takes over their track numbers by where they are.
public final class ResumedAnalyser: FrameAnalyser {
  private let analyser: any FrameAnalyser
  private let rows: any RowReader
  private let path: String
  private let begin: Double
  private var sampler: Sampler
  private var left: Int
  private var isRunning = false
  private var numbers: [Int: Int] = [:]
  private var lastNumber = 0
  /// Seconds before the end of the rows at which the analysis sets in: for as long faces are remembered.
  static let warmUp = 10.0

  /// - Parameters:
  ///   - analyser: has seen no frame yet; looks at the frames that `every` says.
  ///   - rows: the source's `count` rows, the last of which is at `end` seconds; `path` names them in errors.
  public init(
    _ analyser: any FrameAnalyser, every: SamplingInterval, rows: any RowReader, count: Int, end: Double, path: String
  ) {
    (self.analyser, self.rows, self.path) = (analyser, rows, path)
    sampler = Sampler(every)
    (left, begin) = (count, end - ResumedAnalyser.warmUp)
  }

  public func analyse(_ frame: any Frame) throws -> FrameResult {
    let isDue = sampler.isDue(frame.time)
    guard left > 0, let row = try rows.next() else { return renumbered(try analyser.analyse(frame)) }
    guard row.frame == frame.index else { throw RowError.otherFrame(path, expected: frame.index, found: row.frame) }
    left -= 1
    lastNumber = max(lastNumber, row.faces.map(\.track).max() ?? 0)
    isRunning = isRunning || frame.time >= begin && isDue
    if isRunning { learn(try analyser.analyse(frame), row) }
    return row
  }

  /// A track is known by the box that it shares most of.
  private func learn(_ result: FrameResult, _ row: FrameResult) {
    for face in result.faces {
      let nearest = row.faces.max { $0.box.overlap(face.box) < $1.box.overlap(face.box) }
      if let nearest, nearest.box.overlap(face.box) > 0.5 { numbers[face.track] = nearest.track }
    }
  }

  private func renumbered(_ result: FrameResult) -> FrameResult {
    var result = result
    for index in result.faces.indices { result.faces[index].track = number(of: result.faces[index].track) }
    result.faces.sort { $0.track < $1.track }
    return result
  }

  private func number(of track: Int) -> Int {
    if let known = numbers[track] { return known }
    lastNumber += 1
    numbers[track] = lastNumber
    return lastNumber
  }
}
