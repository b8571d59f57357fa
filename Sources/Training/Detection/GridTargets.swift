import Core
import Faces

/// Which face each cell of a level answers for.
struct GridTargets {
  /// What a cell learns.
  enum Answer: Equatable {
    /// No face.
    case background
    /// Nothing.
    case none
    /// The face at this place in the scene's list.
    case face(Int)
  }

  private(set) var answers: [Answer]
  /// How much each cell counts.
  private(set) var weights: [Float] = []
  private let level: DetectionLevel
  private let columns: Int
  private let rows: Int

  /// Cells within this part of a face's sides from its middle answer for it, and those that are nearer than 0.6 of a cell.
  private static let core = 0.22
  /// Cells within so much more learn nothing.
  private static let rim = 0.12
  /// Faces beyond the level's sides by up to this factor are neither faces nor background to it.
  private static let margin = 1.4

  /// The answers for a scene of `side` pixels with `faces`.
  init(_ faces: [MarkedFace], level: DetectionLevel, side: Int) {
    self.level = level
    (columns, rows) = (side / level.stride, side / level.stride)
    answers = Array(repeating: .background, count: columns * rows)
    var nearness = [Double](repeating: .infinity, count: columns * rows)
    for face in faces where isKnown(face) { mark(face, .none, within: core(face) + Self.rim, &nearness) }
    nearness = Array(repeating: .infinity, count: columns * rows)
    for (index, face) in faces.enumerated() where face.isCertain && level.sides.contains(face.side) {
      mark(face, .face(index), within: core(face), &nearness)
      markNearest(face, .face(index), &nearness)
    }
    weigh(faces.count)
  }

  private func core(_ face: MarkedFace) -> Double { max(Self.core, 0.6 * Double(level.stride) / face.side) }

  /// Large faces have many cells: each counts less, so that a face of n cells counts as much as the root of n.
  private mutating func weigh(_ faces: Int) {
    var counts = [Float](repeating: 0, count: faces)
    for case .face(let face) in answers { counts[face] += 1 }
    weights = answers.map { answer in
      guard case .face(let face) = answer else { return 1 }
      return 1 / counts[face].squareRoot()
    }
  }

  /// Whether the level's answers at the face are not simply background: much larger faces are, in their middle.
  private func isKnown(_ face: MarkedFace) -> Bool { face.side < level.sides.upperBound * Self.margin }

  private mutating func mark(_ face: MarkedFace, _ answer: Answer, within reach: Double, _ nearness: inout [Double]) {
    for cell in answers.indices {
      let away = distance(cell, face)
      if away < reach, away < nearness[cell] { (answers[cell], nearness[cell]) = (answer, away) }
    }
  }

  private mutating func markNearest(_ face: MarkedFace, _ answer: Answer, _ nearness: inout [Double]) {
    let (column, row) = (Int(face.box.center.x) / level.stride, Int(face.box.center.y) / level.stride)
    guard (0..<columns).contains(column), (0..<rows).contains(row) else { return }
    let cell = row * columns + column
    let away = distance(cell, face)
    if away < nearness[cell] { (answers[cell], nearness[cell]) = (answer, away) }
  }

  /// From the cell's middle to the face's, in its sides.
  private func distance(_ cell: Int, _ face: MarkedFace) -> Double {
    let (middle, center) = (level.middle(column: cell % columns, row: cell / columns), face.box.center)
    let (dx, dy) = ((middle.x - center.x) / face.box.width, (middle.y - center.y) / face.box.height)
    return (dx * dx + dy * dy).squareRoot()
  }

  /// The middle of a cell.
  func middle(_ cell: Int) -> Point { level.middle(column: cell % columns, row: cell / columns) }
}

extension GridTargets {
  /// Weights of the cells that answer for a face, together.
  var faceWeight: Float {
    zip(answers, weights).reduce(0) { sum, cell in
      if case .face = cell.0 { sum + cell.1 } else { sum }
    }
  }
}
