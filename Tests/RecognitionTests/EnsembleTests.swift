import Foundation
import Networks
import TestSupport
import Testing

@testable import Core
@testable import Recognition

/// Crops of noise, the same in every run.
private func crops(_ count: Int) -> [[[UInt8]]] {
  var seed: UInt64 = 11
  return (0..<count).map { _ in
    [
      (0..<48 * 48).map { _ in
        seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(seed >> 56)
      }
    ]
  }
}

@Suite struct EnsembleTests {
  private let library = ModelLibrary(folder: TestData.packageRoot.appendingPathComponent("models"))

  private func shipped() throws -> Model { try library.load(["mien_vgg"])[0] }

  @Test func peopleSeeThePeoplesClasses() throws {
    let ensemble = try Ensemble([shipped()])
    #expect(ensemble.labels == .ferPlus && ensemble.cropSizes == [48])
    #expect(try Ensemble([shipped()], labels: .fer2013).labels == .fer2013)
  }

  @Test func classesThatNobodyHasAreRefused() throws {
    let model = try shipped()
    #expect(
      throws: EnsembleError.noHead(
        model: "mien_vgg", labels: ["wry"], heads: model.heads.map(\.labels.names))
    ) { try Ensemble([model], labels: LabelSet(["wry"])) }
  }

  /// A face's probabilities do not depend on who else is in the frame, nor on threads.
  @Test func everyFaceIsJudgedAlone() throws {
    let faces = crops(9)
    let together = try Ensemble([shipped()]).classify(faces)
    let threaded = try Ensemble([shipped()], threads: 3).classify(faces)
    let alone = try Ensemble([shipped()])
    #expect(together == threaded)
    for (face, predictions) in zip(faces, together) {
      #expect(try alone.classify([face]) == [predictions])
      #expect(abs(predictions.reduce(0, +) - 1) < 1e-9)
    }
  }

  @Test func votesAreTheMeanOfTheMembers() throws {
    let faces = crops(2)
    var warm = try shipped()
    for index in warm.heads.indices { warm.heads[index].temperature = 3 }
    let (a, b) = (try Ensemble([shipped()]).classify(faces), try Ensemble([warm]).classify(faces))
    let both = try Ensemble([shipped(), warm]).classify(faces)
    #expect(a != b)
    for face in faces.indices {
      for place in a[face].indices { #expect(abs(both[face][place] - (a[face][place] + b[face][place]) / 2) < 1e-12) }
    }
  }

  /// A face and its mirror image are looked at alike, so either gives the same.
  @Test func mirrorImagesAreLookedAtToo() throws {
    let faces = crops(3)
    let mirrored = faces.map { face in
      face.map { pixels in stride(from: 0, to: pixels.count, by: 48).flatMap { pixels[$0..<$0 + 48].reversed() } }
    }
    let ensemble = try Ensemble([shipped()])
    let (plain, turned) = (try ensemble.predict(0, on: faces), try ensemble.predict(0, on: mirrored))
    let both = try ensemble.predict(0, on: faces + faces, views: [0, 0, 0, 1, 1, 1])
    #expect(plain != turned)
    let together = try ensemble.classify(faces)
    for face in faces.indices {
      for place in plain[face].indices {
        #expect(abs(both[face][place] - plain[face][place]) < 1e-6)
        #expect(abs(both[face + 3][place] - turned[face][place]) < 1e-6)
        #expect(abs(together[face][place] - (plain[face][place] + turned[face][place]) / 2) < 1e-6)
      }
    }
  }

  /// A preset that is to be quick looks at each face once.
  @Test func facesAloneAreLookedAtWhereThatIsWanted() throws {
    let faces = crops(3)
    let ensemble = try Ensemble([shipped()], looksAtMirrorImages: false)
    #expect(ensemble.views == 1)
    #expect(try ensemble.classify(faces) == ensemble.predict(0, on: faces))
  }

  @Test func damagedWeightsAreNamed() throws {
    var model = try shipped()
    let (name, tensor) = try #require(
      model.weights.first { $0.key.hasPrefix("votes") && $0.key.hasSuffix("bias") })
    model.weights[name] = Tensor(shape: tensor.shape, Array(repeating: .nan, count: tensor.count))
    let ensemble = try Ensemble([model])
    #expect(throws: EnsembleError.notFinite(model: "mien_vgg")) { try ensemble.classify(crops(1)) }
  }
}
