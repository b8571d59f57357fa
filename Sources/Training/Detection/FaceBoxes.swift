import Core
import Faces
import Foundation

/// Why a set of face boxes cannot be read.
public enum FaceBoxesError: Error, Equatable, Sendable {
  /// No `boxes.csv` in the folder.
  case noBoxes(folder: String)
  /// The first line has other columns than `expected`.
  case header(path: String, expected: [String])
  /// A line is not a name and `numbers` numbers, or its box is empty.
  case malformed(path: String, line: Int, numbers: Int)
}

/// Images with the faces that people marked in them: `boxes.csv` (`image,x,y,w,h` and any further columns, pixels,
/// origin top left) and the images beside it.
public struct FaceBoxes: Sendable {
  /// An image by its name in `boxes.csv`.
  public struct Image: Sendable {
    /// Name, with folders, as the file has it.
    public let name: String
    /// Path of the file.
    public let path: String
    /// The faces in it.
    public let boxes: [Box]
    /// What a detector said of it: `landmarks.csv`; empty where there is no such file.
    public let detections: [Detection]
  }

  /// In order of their names.
  public let images: [Image]

  private static let columns = ["image", "x", "y", "w", "h"]
  /// The columns of five points, as `landmarks.csv` has them.
  public static let pointColumns = ["right_eye", "left_eye", "nose", "mouth_right", "mouth_left"].flatMap {
    ["\($0)_x", "\($0)_y"]
  }

  /// Reads a folder; throws `FaceBoxesError`.
  public init(folder: String) throws(FaceBoxesError) {
    let url = URL(fileURLWithPath: folder, isDirectory: true)
    func file(_ name: String) -> String { url.appendingPathComponent(name).path }
    guard let boxes = try Self.rows(file("boxes.csv"), Self.columns) else { throw .noBoxes(folder: folder) }
    let columns = Self.columns + ["score"] + Self.pointColumns
    let landmarks = try Self.rows(file("landmarks.csv"), columns) ?? [:]
    images = boxes.sorted { $0.key < $1.key }.map { name, rows in
      Image(
        name: name, path: file(name), boxes: rows.map(Self.box),
        detections: (landmarks[name] ?? []).map(Self.detection))
    }
  }

  /// The rows of each image: the numbers that `columns` name after the first; nil where there is no file.
  private static func rows(_ path: String, _ columns: [String]) throws(FaceBoxesError) -> [String: [[Double]]]? {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
    let lines = text.split(whereSeparator: \.isNewline).map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    guard lines.first?.prefix(columns.count).elementsEqual(columns, by: ==) == true else {
      throw .header(path: path, expected: columns)
    }
    var rows: [String: [[Double]]] = [:]
    for (index, fields) in lines.enumerated().dropFirst() {
      let numbers = fields.dropFirst().prefix(columns.count - 1).compactMap { Double($0) }
      guard numbers.count == columns.count - 1, numbers.allSatisfy(\.isFinite), numbers[2] > 0, numbers[3] > 0 else {
        throw .malformed(path: path, line: index + 1, numbers: columns.count - 1)
      }
      rows[String(fields[0]), default: []].append(numbers)
    }
    return rows
  }

  private static func box(_ row: [Double]) -> Box { Box(x: row[0], y: row[1], width: row[2], height: row[3]) }

  private static func detection(_ row: [Double]) -> Detection {
    let points = FacePoints { Point(x: row[5 + 2 * $0], y: row[6 + 2 * $0]) }
    return Detection(box: box(row), score: row[4], landmarks: points)
  }
}
