import Core
import Networks
import Recognition
import Testing

@testable import Evaluation

private let pool = ThreadPool(threads: 2)

private func shipped() throws -> Model { try #require(try ModelLibrary().load(["mien_vgg"]).first) }

/// An image of slopes.
private let crop: [UInt8] = (0..<48 * 48).map { (place: Int) -> UInt8 in
  let (row, column) = place.quotientAndRemainder(dividingBy: 48)
  return UInt8(column * 3 + row)
}

@Test func onlyTheClassesAskedForAreExplained() throws {
  let explainer = try Explainer(shipped(), method: .gradcam, pool: pool)
  let all = explainer.explain(crop)
  #expect(explainer.labels == .ferPlus && all.maps.count == 8)
  #expect(abs(all.probabilities.reduce(0, +) - 1) < 1e-9)
  #expect(all.maps[0].width == 5 && all.maps[0].height == 5 && explainer.layer?.contains("features") == true)
  let two = explainer.explain(crop, classes: [5, 2])
  for (map, expected) in zip(two.maps, [all.maps[5], all.maps[2]]) {
    #expect(zip(map.values, expected.values).allSatisfy { abs($0 - $1) < 1e-5 })
  }
}

@Test(arguments: ExplanationMethod.allCases) func everyMethodIsTheSameEveryTime(method: ExplanationMethod) throws {
  let explainer = try Explainer(shipped(), labels: .fer2013, method: method, pool: pool)
  let first = explainer.explain(crop, classes: [3, 4])
  #expect(first.maps == explainer.explain(crop, classes: [3, 4]).maps)
  #expect(first.maps.allSatisfy { $0.values.allSatisfy { $0.isFinite && $0 >= 0 } })
  #expect(first.maps[0] != first.maps[1])
}

@Test func whatCannotBeExplainedIsSaid() throws {
  let model = try shipped()
  #expect(throws: ExplainError.self) { try Explainer(model, method: .gradcam, layer: "features.99", pool: pool) }
  #expect(throws: ExplainError.noMap(model: "mien_vgg", layer: "votes")) {
    try Explainer(model, method: .gradcam, layer: "votes", pool: pool)
  }
  #expect(throws: ExplainError.layerUnused(method: "guided")) {
    try Explainer(model, method: .guided, layer: "features.0", pool: pool)
  }
  #expect(throws: ExplainError.noHead(model: "mien_vgg", labels: ["a"])) {
    try Explainer(model, labels: LabelSet(["a"]), method: .guided, pool: pool)
  }
}

@Test func mapsAreScaledAndResized() {
  let map = HeatMap(width: 2, height: 1, values: [0, 4])
  #expect(map.scaled().values == [0, 1])
  #expect(map.resized(width: 4, height: 2).values == [0, 1, 3, 4, 0, 1, 3, 4])
  #expect(HeatMap(width: 2, height: 1, values: [0, 0]).scaled().values == [0, 0])
  #expect(HeatMap.mean([map, HeatMap(width: 2, height: 1, values: [2, 0])]).values == [1, 2])
  let spiked = HeatMap(width: 100, height: 1, values: [Float](repeating: 1, count: 99) + [50])
  #expect(spiked.scaled(part: 0.99).values.allSatisfy { $0 == 1 })
}
