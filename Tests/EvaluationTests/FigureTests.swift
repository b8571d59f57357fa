import Core
import Foundation
import Networks
import Recognition
import TestSupport
import Testing
import Training

@testable import Evaluation

private let seven = LabelSet.fer2013

/// Made-up probabilities that are often right, with what scikit-learn is to say of them.
private struct FigureCase: Encodable {
  var probabilities: [[Double]]
  var truth: [Int]
  var classes = 7
  var pairs = [[3, 11], [40, 44], [900, 700], [1, 0]]

  /// `count` images whose truth is one of `present`; answers among all classes, or `answered` alone.
  init(_ count: Int, seed: Int, present: [Int] = Array(0..<7), answered: [Int] = Array(0..<7)) {
    var random = RandomStream(seed)
    truth = (0..<count).map { _ in present[Int(random.next() % UInt64(present.count))] }
    probabilities = truth.map { label in
      let logits = (0..<7).map { place in
        answered.contains(place) ? Double(random.normal()) * 1.5 + (place == label ? 2 : 0) : -20
      }
      return logSoftmax(logits).map(exp)
    }
  }
}

private struct SklearnFigures: Decodable {
  let accuracy: Double
  let confusion: [[Int]]
  let precision, recall, f1, macro: [Double]
  let ece: Double
  let logLoss: Double
  let mcnemar: [Double]

  enum CodingKeys: String, CodingKey {
    case accuracy, confusion, precision, recall, f1, macro, ece, mcnemar
    case logLoss = "log_loss"
  }
}

private func isNear(_ a: Double, _ b: Double, _ tolerance: Double = 1e-12) -> Bool { abs(a - b) <= tolerance }

@Test(.enabled(if: Python.has("sklearn"), "skipped: no python3-sklearn"))
func figuresEqualScikitLearn() throws {
  let cases = [
    FigureCase(997, seed: 1), FigureCase(300, seed: 2, present: [0, 2, 3, 4, 5]),
    FigureCase(200, seed: 3, answered: [0, 1, 3, 4]), FigureCase(150, seed: 4, present: [0, 3], answered: [0, 3, 4]),
    FigureCase(1, seed: 5),
  ]
  let folder = try Scratch()
  try JSONEncoder().encode(cases).write(to: folder.file("cases.json"))
  let script = TestData.packageRoot.appendingPathComponent("Tests/EvaluationTests/Oracle/figures.py")
  let expected = try JSONDecoder().decode(
    [SklearnFigures].self, from: Python.run(file: script, folder.file("cases.json").path))
  for (test, theirs) in zip(cases, expected) {
    let matrix = ConfusionMatrix(classes: seven.names, test.probabilities, truth: test.truth)
    let classes = matrix.classFigures
    #expect(matrix.counts == theirs.confusion)
    #expect(Double(matrix.correct) / Double(matrix.images) == theirs.accuracy)
    for (place, figures) in classes.enumerated() {
      #expect(isNear(figures.precision ?? 0, 100 * theirs.precision[place]))
      #expect(isNear(figures.recall ?? 0, 100 * theirs.recall[place]))
      #expect(isNear(figures.f1 ?? 0, 100 * theirs.f1[place]))
    }
    let macro = [matrix.macro(\.precision), matrix.macro(\.recall), matrix.macro(\.f1)]
    #expect(zip(macro, theirs.macro).allSatisfy { isNear($0, 100 * $1) }, "\(macro) \(theirs.macro)")
    let calibration = Calibration(test.probabilities, truth: test.truth)
    #expect(isNear(calibration.error, theirs.ece, 1e-9) && isNear(calibration.logLoss, theirs.logLoss, 1e-9))
    for (pair, p) in zip(test.pairs, theirs.mcnemar) {
      #expect(isNear(McNemar(onlyFirst: pair[0], onlySecond: pair[1]).p, p, 1e-9))
    }
  }
}

@Test func classesThatDoNotOccurHaveNoFigures() {
  let matrix = ConfusionMatrix(classes: ["a", "b", "c"], counts: [[3, 1, 0], [0, 2, 0], [0, 0, 0]])
  #expect(matrix.classFigures[2].f1 == nil && matrix.classFigures[2].images == 0)
  #expect(matrix.macro(\.recall) == (75.0 + 100) / 2)
  #expect(matrix.tex(caption: "50 % & more").contains("c & -- & -- & -- & 0"))
  #expect(matrix.tex(caption: "50 % & more").contains("\\caption{50 \\% \\& more}"))
}

@Test(arguments: [
  ("Выборка лиц", "Vyborka lic"), ("données", "donn\\'{e}es"),
  ("Ångström œ ß Łódź", "\\r{A}ngstr\\\"{o}m \\oe{} \\ss{} \\L{}\\'{o}d\\'{z}"),
  ("表情", "bi\\v{a}o q\\'{i}ng"), ("πρόσωπα", "pr\\'{o}s\\={o}pa"), ("a_b–c ☺", "a\\_b--c \\texttt{U+263A}"),
  ("100 % #1 {x}~^", "100 \\% \\#1 \\{x\\}\\textasciitilde{}\\textasciicircum{}"),
])
func captionsAreASCII(text: String, expected: String) throws {
  let matrix = ConfusionMatrix(classes: ["a", text], counts: [[3, 1], [0, 2]])
  let table = matrix.tex(caption: text)
  #expect(table.utf8.allSatisfy { $0 < 128 } && table.contains("\\caption{\(expected)}"), "\(table)")
  #expect(table.contains("& \(expected) & images"))
}

@Test func wilsonIntervalAsPublished() {
  // Wilson's interval for 81 of 263 is 0.2553 to 0.3662 (Newcombe, 1998, table I).
  var matrix = ConfusionMatrix(classes: ["a", "b"])
  for image in 0..<263 { matrix.count(truth: 0, answer: image < 81 ? 0 : 1) }
  #expect(isNear(matrix.interval.lowerBound, 25.53, 0.006) && isNear(matrix.interval.upperBound, 36.62, 0.006))
}

@Test func equalModelsDoNotDiffer() {
  #expect(McNemar(onlyFirst: 0, onlySecond: 0).p == 1)
  let probabilities = [[0.9, 0.1], [0.2, 0.8]]
  #expect(McNemar(probabilities, probabilities, truth: [0, 0]) == McNemar(onlyFirst: 0, onlySecond: 0))
}

/// Two views of three images, with logits that tell views, images and classes apart.
private func answers(_ name: String, seed: Int, temperature: Double = 1) -> Answers {
  var random = RandomStream(seed)
  let logits = (0..<3 * 2 * 7).map { _ in 3 * random.normal() }
  return Answers(model: name, labels: seven, views: 2, logits: logits, temperature: temperature)
}

@Test func votesAreSumsOrGeometricMeans() throws {
  let members = [answers("a", seed: 1), answers("b", seed: 2, temperature: 1.5)]
  func probabilities(_ member: Answers, _ image: Int, _ view: Int) -> [Double] {
    let powers = (0..<7).map { exp(Double(member.logits[(image * 2 + view) * 7 + $0]) / member.temperature) }
    return powers.map { $0 / powers.reduce(0, +) }
  }
  let sums = try Combination(.sum, weights: [1, 3]).probabilities(members)
  let means = try Combination(.logits).probabilities(members)
  for image in 0..<3 {
    let views = members.flatMap { member in (0..<2).map { probabilities(member, image, $0) } }
    let products = (0..<7).map { place in pow(views.reduce(1) { $0 * $1[place] }, 0.25) }
    for place in 0..<7 {
      let sum = (views[0][place] + views[1][place]) / 8 + 3 * (views[2][place] + views[3][place]) / 8
      #expect(isNear(sums[image][place], sum))
      #expect(isNear(means[image][place], products[place] / products.reduce(0, +), 1e-9))
    }
  }
  #expect(throws: EvaluationError.badWeights(given: 1, members: 2)) {
    try Combination(weights: [1]).probabilities(members)
  }
  #expect(throws: EvaluationError.badWeights(given: 2, members: 2)) {
    try Combination(weights: [1, -1]).probabilities(members)
  }
}

@Test func theBestSubsetIsFound() throws {
  let truth = (0..<40).map { $0 % 7 }
  let members = (0..<4).map { member in
    var random = RandomStream(9, member)
    let logits = truth.flatMap { label in (0..<7).map { 2 * random.normal() + ($0 == label ? 1.5 : 0) } }
    return Answers(model: "m\(member)", labels: seven, views: 1, logits: logits)
  }
  let search = try SubsetSearch(members, truth: truth, .sum)
  #expect(search.tried == 15 && search.best.count == 10)
  var most = 0
  for bits in 1..<16 {
    let chosen = members.indices.filter { bits >> $0 & 1 == 1 }.map { members[$0] }
    let probabilities = try Combination().probabilities(chosen)
    most = max(most, ConfusionMatrix(classes: seven.names, probabilities, truth: truth).correct)
  }
  #expect(search.best[0].correct == most)
  let probabilities = try Combination().probabilities(search.chosen(from: members))
  #expect(ConfusionMatrix(classes: seven.names, probabilities, truth: truth).correct == most)
  #expect(throws: EvaluationError.tooManyMembers(13, most: 12)) {
    try SubsetSearch(Array(repeating: members[0], count: 13), truth: truth, .sum)
  }
}

@Test func foldsAreJoinedInOrder() throws {
  let parts = [(1, 0.5), (2, 2.0)].map { index, temperature in
    let panel = EvaluationPanel(truth: [index, 0, 0], members: [answers("a", seed: index, temperature: temperature)])
    return (fold: Fold(index: index, count: 2), panel: panel)
  }
  let result = try EvaluationResult(EvaluationPanel(parts), Combination(), views: .plain)
  #expect(result.images == 6 && result.folds?.map(\.fold) == ["subjects:1/2", "subjects:2/2"])
  let alone = try parts.map { try EvaluationResult($0.panel, Combination(), views: .plain) }
  #expect(result.folds?.map(\.correct) == alone.map(\.correct))
  #expect(isNear(result.logLoss, alone.map(\.logLoss).reduce(0, +) / 2, 1e-6))
  #expect(isNear(result.foldMean!, alone.map(\.accuracy).reduce(0, +) / 2))
}

@Test func headsWithMoreClassesAreRestricted() throws {
  var model = try #require(try ModelLibrary().load(["mien_vgg"]).first)
  #expect(try JudgedHead(model, for: seven).dropped == [])
  model.heads.removeAll { $0.labels == seven }
  let head = try JudgedHead(model, for: seven)
  #expect(head.name == "votes" && head.dropped == ["contempt"] && head.order.count == 7)
  model.heads = [ModelHead(name: "classifier", classes: ["cat", "dog"])]
  #expect(throws: EvaluationError.noHead(model: "mien_vgg", labels: seven.names, heads: [["cat", "dog"]])) {
    try JudgedHead(model, for: seven)
  }
}

@Test func truthIsVotesOrLabels() throws {
  let grey = Shape(height: 1, width: 1, channels: 1)
  var set = FaceDataSet(shape: grey, pixels: [1, 2, 3], labels: [0, 7, 3])
  #expect(set.ownLabels == .ferPlus)
  #expect(try set.judged(by: .ferPlus, folder: "x").truth == [0, 7, 3])
  #expect(try set.judged(by: .fer2013, folder: "x").set.pixels == [1, 3])
  set = FaceDataSet(shape: grey, pixels: [1], labels: [0])
  #expect(throws: EvaluationError.noVotes(folder: "x")) { try set.judged(by: .ferPlus, folder: "x") }
  set.votes = [[0, 0, 0, 5, 5, 0, 0, 0]]
  #expect(throws: EvaluationError.nothingToJudge(folder: "x")) { try set.judged(by: .ferPlus, folder: "x") }
}

@Test func digestsEqualTheStandards() throws {
  // FIPS 180-2, appendix B, and lengths around a block.
  var digest = SHA256()
  Array("abc".utf8).withUnsafeBytes { digest.add($0) }
  #expect(digest.hex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  #expect(SHA256().hex == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
  let bytes = (0..<1000).map { UInt8($0 * 7 & 255) }
  let parts = [0, 1, 54, 1, 8, 64, 63, 65, 128, 616]
  let lengths = parts.indices.map { parts[...$0].reduce(0, +) }
  let script = """
    import hashlib
    for n in \(lengths): print(hashlib.sha256(bytes(i * 7 & 255 for i in range(n))).hexdigest())
    """
  let expected = String(decoding: try Python.run(script), as: UTF8.self).split(separator: "\n").map(String.init)
  digest = SHA256()
  for (place, part) in parts.enumerated() {
    bytes[lengths[place] - part..<lengths[place]].withUnsafeBytes { digest.add($0) }
    #expect(digest.hex == expected[place], "\(lengths[place]) bytes")
  }
}

@Test func viewsAreTheSameEveryTime() {
  #expect(TestViews.plain.draw(image: 3, view: 0) == .none)
  #expect(TestViews.shifts.count == 10 && TestViews.eightfold.count == 8)
  let draws = (0..<8).map { TestViews.eightfold.draw(image: 3, view: $0) }
  #expect(draws == (0..<8).map { TestViews.eightfold.draw(image: 3, view: $0) })
  #expect(Set(draws).count == 8 && draws != (0..<8).map { TestViews.eightfold.draw(image: 4, view: $0) })
}
