import Core
import Foundation
import Networks
import Recognition
import TestSupport
import Testing

@testable import Training

private let files = ["mien_res", "mien_vgg"].map {
  TestData.packageRoot.appendingPathComponent("models/\($0).safetensors").path
}

/// An image's rows, mirrored.
private func mirrored(_ image: some Collection<UInt8>) -> [UInt8] {
  stride(from: 0, to: image.count, by: 48).flatMap { Array(image.dropFirst($0).prefix(48)).reversed() }
}

@Test(arguments: [false, true]) func targetsBecomeWhatTheEnsembleSays(votes: Bool) throws {
  let labels = votes ? LabelSet.ferPlus : .fer2013
  let (set, indices) = (bars(6, seed: 9), [4, 1])
  let pool = ThreadPool(threads: 2)
  let teacher = try Teacher(files, .fer2013, set, pool: pool)
  let count = labels.names.count
  var targets =
    votes
    ? Targets(votes: [Array(repeating: 1, count: 8), Array(repeating: 0, count: 8)], classes: 8)
    : Targets(labels: [0, 2], classes: 7, smoothing: 0, weights: nil)
  let own = targets.probabilities
  teacher.blend(into: &targets, votes: votes, indices, share: 0.25)

  let ensemble = try Ensemble(files.map { try Model(path: $0) }, labels: labels)
  for (place, index) in indices.enumerated() {
    let views = try ensemble.classify([[Array(set.image(index))], [mirrored(set.image(index))]])
    for c in 0..<count {
      let said = Float(views[0][c] + views[1][c]) / 2
      let expected = votes && place == 1 ? 0 : own[place * count + c] * 0.75 + said * 0.25
      #expect(abs(targets.probabilities[place * count + c] - expected) < 1e-5)
    }
  }
}

@Test func aTeacherMustKnowTheClasses() throws {
  #expect(throws: RunError.badTeacher(file: files[0], classes: ["class0", "class1"])) {
    _ = try Teacher([files[0]], LabelSet(["class0", "class1"]), bars(2, seed: 1), pool: ThreadPool(threads: 1))
  }
}
