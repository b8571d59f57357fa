import Foundation
import Recognition
import TestSupport
import Testing

@testable import Training

private let names = ["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"]

extension Scratch {
  /// Writes a file of text and gives its path.
  func write(_ name: String, _ text: String) throws -> String {
    try text.write(to: file(name), atomically: true, encoding: .utf8)
    return path(name)
  }
}

private func pixels(_ value: Int) -> String { Array(repeating: "\(value)", count: 2304).joined(separator: " ") }

/// The error that reading split `train` of a folder with one file gives.
private func refusal(_ name: String, _ text: String) throws -> DataError? {
  let folder = try Scratch()
  _ = try folder.write(name, text)
  return #expect(throws: DataError.self) { try DataFolder(path: folder.folder.path, classes: names).load(.train) }
}

@Test func csvIsReadInEachShapeThatPeopleHave() throws {
  let shapes = [
    ("train.csv", "emotion,pixels\n3,\(pixels(7))\n"),
    ("train.csv", "emotion,pixels\r\n3,\"\(pixels(7))\"\r\n\r\n"),
    ("fer2013.csv", "emotion,pixels,Usage\n1,\(pixels(9)),PublicTest\n3,\(pixels(7)),Training\n"),
    ("icml_face_data.csv", "emotion, Usage, pixels\n3, Training, \(pixels(7))\n1, PrivateTest, \(pixels(9))\n"),
    ("train.csv", "subject,emotion,pixels\nKA,3,\(pixels(7))"),
  ]
  for (name, text) in shapes {
    let folder = try Scratch()
    _ = try folder.write(name, text)
    let set = try DataFolder(path: folder.folder.path, classes: names).load(.train)
    #expect(set.labels == [3])
    #expect(set.image(0).allSatisfy { $0 == 7 })
  }
}

@Test func badRowsAreNamedByFileAndLine() throws {
  let faults: [(String, RowFault)] = [
    ("7,\(pixels(1))", .classOutOfRange(7, classes: 7)), ("x,\(pixels(1))", .notAClass("x")),
    ("1,\(pixels(1)) 3", .pixelCount(found: 2305, expected: 2304)), ("1,\(pixels(256))", .badPixel("256")),
    ("1,1 2 -3", .badPixel("-3")), ("1", .fewColumns(found: 1, expected: 2)),
  ]
  for (row, fault) in faults {
    let error = try refusal("train.csv", "emotion,pixels\n0,\(pixels(0))\n\(row)\n")
    guard case .badRow(let file, let line, let found) = error else {
      Issue.record("\(String(describing: error))")
      continue
    }
    #expect(file.hasSuffix("/train.csv") && line == 3 && found == fault)
  }
}

@Test func missingDataIsNamed() throws {
  guard case .missingColumn(_, "pixels", ["emotion", "image"]) = try refusal("train.csv", "emotion,image\n") else {
    Issue.record("a missing column is not named")
    return
  }
  guard case .empty = try refusal("train.csv", "emotion,pixels\n") else {
    Issue.record("an empty file is not refused")
    return
  }
  guard case .nothingFound = try refusal("notes.txt", "") else {
    Issue.record("a folder without data is not refused")
    return
  }
  guard case .noSuchSplit(_, "train", ["val"]) = try refusal("val.csv", "emotion,pixels\n1,\(pixels(1))\n") else {
    Issue.record("a missing split is not named")
    return
  }
}

@Test func votesFollowTheRowsOfTheirSplit() throws {
  let folder = try Scratch()
  _ = try folder.write("train.csv", "emotion,pixels\n3,\(pixels(7))\n0,\(pixels(8))\n2,\(pixels(9))\n")
  _ = try folder.write(
    "fer2013new.csv",
    """
    Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF
    Training,a.png,1,7,0,0,0,0,0,2,0,0
    PublicTest,b.png,9,1,0,0,0,0,0,0,0,0
    Training,c.png,0,0,0,5,5,0,0,0,0,0
    Training,d.png,1,0,0,0,0,0,0,0,9,0
    """)
  let set = try DataFolder(path: folder.folder.path, classes: names).load(.train)
  #expect(set.votes[0] == [0, 0, 0, 7, 0, 0, 1, 2])
  #expect((0..<3).map { set.majority($0) } == [3, nil, nil])
}

@Test func foldsKeepSubjectsTogether() throws {
  let subjects = ["A", "B", "A", "C", "B", "D"]
  let folder = try Scratch()
  let rows = subjects.enumerated().map { "\($0.offset),\(pixels($0.offset)),\($0.element)\n" }.joined()
  _ = try folder.write("all.csv", "emotion,pixels,subject\n" + rows)
  let all = try DataFolder(path: folder.folder.path, classes: names).loadAll()
  let folds = try (1...2).map { try Fold(index: $0, count: 2).split(all) }
  #expect(folds.map(\.held.subjects) == [["A", "A", "C"], ["B", "B", "D"]])
  #expect(folds.allSatisfy { Set($0.train.subjects).isDisjoint(with: $0.held.subjects) })
  #expect(throws: DataError.badFold(index: 3, count: 2, units: 4, of: .subjects)) {
    try Fold(index: 3, count: 2).split(all)
  }
}

@Test func foldsOfImagesCoverEachOnce() throws {
  var set = FaceDataSet(shape: .init(height: 1, width: 1, channels: 1))
  for image in 0..<10 { set.append([UInt8(image)], label: image, subject: nil) }
  let folds = try (1...3).map { try Fold(.images, index: $0, count: 3).split(set) }
  #expect(folds.map(\.held.count).sorted() == [3, 3, 4])
  #expect(folds.flatMap(\.held.labels).sorted() == Array(0..<10))
  #expect(folds.allSatisfy { Set($0.train.labels).isDisjoint(with: $0.held.labels) })
  #expect(folds[0].held.labels != [0, 3, 6, 9])
  #expect(Fold("images:4/3") == nil && Fold("images:1/1") == nil && Fold("images:0/3") == nil)
  #expect(Fold("images:2/3") == Fold(.images, index: 2, count: 3) && Fold("pictures:1/3") == nil)
  #expect(Fold.all("subjects:4")?.count == 4 && Fold.all("subjects:1") == nil && Fold.all("subjects:1/4") == nil)
}

@Test func duplicatesOfTheValidationSplitAreDropped() throws {
  var (train, validation) = (
    FaceDataSet(shape: .init(height: 1, width: 2, channels: 1)),
    FaceDataSet(shape: .init(height: 1, width: 2, channels: 1))
  )
  for image in [[1, 2], [3, 4], [1, 2], [5, 6]] as [[UInt8]] {
    train.append(image, label: Int(image[0]), subject: nil)
  }
  validation.append([1, 2] as [UInt8], label: 0, subject: nil)
  #expect(train.dropping(validation).labels == [3, 5])
}

@Test func withoutADrawTheCropIsTheMiddle() {
  var image = [UInt8](repeating: 0, count: 48 * 48)
  for place in image.indices { image[place] = UInt8((place * 7 + place / 48 * 3) % 251) }
  let input = ModelInput(shape: .init(height: 40, width: 40, channels: 1), std: [1])
  let preprocessor = ImagePreprocessor(source: .init(height: 48, width: 48, channels: 1), input: input)
  var crop = [Float](repeating: -1, count: 1600)
  image.withUnsafeBufferPointer { from in
    crop.withUnsafeMutableBufferPointer {
      preprocessor.crop(from.baseAddress!, AugmentationSample(), into: $0.baseAddress!)
    }
  }
  for (place, value) in crop.enumerated() {
    let (row, column) = place.quotientAndRemainder(dividingBy: 40)
    #expect(value == Float(image[(row + 4) * 48 + column + 4]))
  }
}
