import Faces
import Foundation

/// Why a set of face boxes cannot be read.
public enum FaceBoxesError: Error, Equatable, Sendable {
  /// No `boxes.csv` in the folder.
  case noBoxes(folder: String)
  /// The first line has other columns than `image,x,y,w,h`.
  case header(path: String)
  /// A line is not a name and four numbers, or its box is empty.
  case malformed(path: String, line: Int)
}

/// Pictures with the faces that people marked in them: `boxes.csv` (`image,x,y,w,h` and any further columns, pixels,
/// origin top left) and the pictures beside it.
public struct FaceBoxes: Sendable {
  /// Paths of the pictures in order of their names, with the faces in each.
  public let pictures: [(path: String, boxes: [Box])]

  /// Reads a folder; throws `FaceBoxesError`.
  public init(folder: String) throws(FaceBoxesError) {
    let url = URL(fileURLWithPath: folder, isDirectory: true)
    let path = url.appendingPathComponent("boxes.csv").path
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { throw .noBoxes(folder: folder) }
    let lines = text.split(whereSeparator: \.isNewline).map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    guard lines.first?.prefix(5).elementsEqual(["image", "x", "y", "w", "h"]) == true else { throw .header(path: path) }
    var boxes: [String: [Box]] = [:]
    for (index, fields) in lines.enumerated().dropFirst() {
      guard let box = FaceBoxes.box(fields) else { throw .malformed(path: path, line: index + 1) }
      boxes[String(fields[0]), default: []].append(box)
    }
    pictures = boxes.sorted { $0.key < $1.key }.map { (url.appendingPathComponent($0.key).path, $0.value) }
  }

  private static func box(_ fields: [Substring]) -> Box? {
    let numbers = fields.dropFirst().prefix(4).compactMap { Double($0) }
    guard numbers.count == 4, numbers.allSatisfy(\.isFinite), numbers[2] > 0, numbers[3] > 0 else { return nil }
    return Box(x: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3])
  }
}
