import Foundation
import TestSupport
import Testing

@testable import Training

private let names = ["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"]

private func pixels(_ value: Int) -> String { Array(repeating: "\(value)", count: 2304).joined(separator: " ") }

/// Data folders as they are handed around.
@Suite struct HandedAroundDataTests {
  private let scratch: Scratch
  init() throws { scratch = try Scratch() }

  /// An image is a file whose text is its grey value.
  private func folder(_ classes: [String] = names) -> DataFolder {
    DataFolder(
      path: scratch.folder.path, classes: classes,
      decode: { file, shape in
        let value = try #require(UInt8(try String(contentsOfFile: file, encoding: .utf8)))
        return Array(repeating: value, count: shape.count)
      }, isImage: { $0.hasSuffix(".png") })
  }

  private func write(_ path: String, _ text: String) throws {
    let file = scratch.file(path)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: file, atomically: true, encoding: .utf8)
  }

  /// An image a folder, whose value is the folder's place.
  private func writeImages(_ split: String, _ folders: [String]) throws {
    for (place, name) in folders.enumerated() { try write("\(split)/\(name)/a.png", "\(place)") }
  }

  @Test(arguments: [
    names, ["anger", "disgusted", "Fearful", "HAPPINESS", "sadness", "surprised", "neutral"],
    ["0_angry", "1_disgust", "2_fear", "3_happy", "4_sad", "5_surprise", "6_neutral"],
    ["AN", "DI", "FE", "HA", "SA", "SU", "NE"], ["0", "1", "2", "3", "4", "5", "6"],
  ])
  func classesAreFoundByTheWordsThatPeopleUse(_ folders: [String]) throws {
    try writeImages("train", folders)
    let set = try folder().load(.train)
    #expect(set.labels == Array(0..<7))
    #expect(set.pixels.indices.allSatisfy { Int(set.pixels[$0]) == $0 / 2304 })
    let numbers = DataNote.numbersTaken(folders, in: scratch.path("train"), classes: names)
    #expect(set.notes == (folders[0] == "0" ? [numbers] : []))
  }

  /// RAF-DB counts from 1 and AffectNet has an eighth class: their numbers are of other orders.
  @Test(arguments: [1...7, 0...7]) func numbersOfAnotherOrderAreRefused(_ range: ClosedRange<Int>) throws {
    let found = range.map(String.init)
    try writeImages("train", found)
    #expect(
      throws: DataError.foreignNumbers(folder: scratch.path("train"), found: found, classes: names)
    ) { try folder().load(.train) }
  }

  @Test func whatIsLeftOutIsNamed() throws {
    try writeImages("train", ["angry", "anger", "contempt", "unknown"])
    for junk in ["Thumbs.db", "desktop.ini", ".DS_Store"] { try write("train/angry/\(junk)", "x") }
    let set = try folder().load(.train)
    #expect(set.labels == [0, 0])
    let root = scratch.path("train")
    #expect(
      set.notes == [
        .foldersLeftOut(["contempt", "unknown"], in: root, classes: names),
        .classesWithoutFolder(Array(names.dropFirst()), in: root),
        .filesPassedOver(["\(root)/angry/Thumbs.db", "\(root)/angry/desktop.ini"]),
      ])
    #expect(throws: DataError.noSuchSplit(folder: scratch.folder.path, split: "test", present: ["train"])) {
      try folder().load(.test)
    }
  }

  @Test func foldersOfNoClassAreNamed() throws {
    try writeImages("train", ["cats", "dogs"])
    #expect(
      throws: DataError.noClassFolders(folder: scratch.path("train"), found: ["cats", "dogs"], classes: names)
    ) { try folder().load(.train) }
  }

  @Test(arguments: [
    ["train", "validation", "test"], ["Train", "Valid", "Test"], ["Training", "PublicTest", "PrivateTest"],
    ["TRAIN", "dev", "testing"],
  ])
  func splitsAreFoundByOtherNames(_ splits: [String]) throws {
    for (place, split) in splits.enumerated() {
      try write("folders/\(split)/happy/a.png", "\(place)")
      try write("files/\(split).csv", "emotion,pixels\n3,\(pixels(place))\n")
    }
    for kind in ["folders", "files"] {
      var data = folder()
      data.path = scratch.path(kind)
      for (place, split) in Split.allCases.enumerated() {
        #expect(try data.load(split).pixels.first == UInt8(place), "\(kind) \(split)")
      }
      #expect(try data.loadForTraining().validation.pixels.first == 1)
    }
  }

  /// Kaggle's FER2013 has train and test, CK+48 not even these: a tenth is held out, of test never any.
  @Test(arguments: ["train/", ""]) func withoutAValidationSplitSomeIsHeldOut(_ split: String) throws {
    for place in 0..<30 { try write("\(split)\(names[place % 7])/\(place).png", "\(place)") }
    if !split.isEmpty { try write("test/angry/a.png", "200") }
    let (train, held) = try folder().loadForTraining()
    #expect(held.count == 3 && train.count == 27)
    let values = { (set: FaceDataSet) in (0..<set.count).map { Int(set.image($0).first!) } }
    #expect((values(train) + values(held)).sorted() == Array(0..<30))
    #expect(held.notes == [.heldOut(3, of: 30, folder: scratch.folder.path, subjects: false)])
  }

  @Test func heldOutSubjectsAreWhole() throws {
    let rows = (0..<24).map { "\($0 % 7),\(pixels($0)),S\($0 / 2)\n" }.joined()
    try write("train.csv", "emotion,pixels,subject\n" + rows)
    let (train, held) = try folder().loadForTraining()
    #expect(!held.subjects.isEmpty && Set(held.subjects).isDisjoint(with: train.subjects))
    #expect(held.notes == [.heldOut(held.count, of: 24, folder: scratch.folder.path, subjects: true)])
  }

  @Test(arguments: [(";", "3"), ("\t", "3"), (",", "3.0"), (",", "3."), (",", "happy"), (";", "Happiness")])
  func tablesOfOtherProgramsAreRead(separator: String, label: String) throws {
    try write("train.csv", "emotion\(separator)pixels\n\(label)\(separator)\(pixels(7))\n")
    let set = try folder().load(.train)
    #expect(set.labels == [3] && set.pixels.allSatisfy { $0 == 7 })
  }

  @Test func usageHasTheWordsOfSplits() throws {
    try write("fer2013.csv", "emotion,pixels,Usage\n1,\(pixels(1)),train\n2,\(pixels(2)),validation\n")
    #expect(try folder().load(.val).labels == [2])
  }

  @Test func headsThatNameNoColumnsAreToldApart() throws {
    let row = "3,\(pixels(7))"
    let cases: [(String, DataError)] = [
      ("\(row)\n\(row)\n", .badHead(file: scratch.path("train.csv"), fault: .noNames)),
      ("emotion,pixels\r\(row)\r", .badHead(file: scratch.path("train.csv"), fault: .carriageReturns)),
      ("em\0tion,pixels\n", .badHead(file: scratch.path("train.csv"), fault: .binary)),
      (
        "emotion,pixels\n3.5,\(pixels(7))\n",
        .badRow(file: scratch.path("train.csv"), line: 2, fault: .notAClass("3.5"))
      ),
    ]
    for (text, error) in cases {
      try write("train.csv", text)
      #expect(throws: error) { try folder().load(.train) }
    }
  }

  @Test func aWholeFileWithoutUsageIsToldSo() throws {
    try write("fer2013.csv", "emotion,pixels\n3,\(pixels(7))\n")
    #expect(throws: DataError.noUsage(file: scratch.path("fer2013.csv"))) { try folder().loadForTraining() }
    try FileManager.default.removeItem(at: scratch.file("fer2013.csv"))
    try write("all.csv", "emotion,pixels\n3,\(pixels(7))\n")
    #expect(throws: DataError.foldsOnly(folder: scratch.folder.path)) { try folder().loadForTraining() }
  }
}
