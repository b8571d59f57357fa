import Foundation
import Networks
import TestSupport
import Testing
import Zoo

@testable import Core
@testable import Faces
@testable import WeightFiles

private let narrow = DetectionWidths(channels: [8, 8, 16], blocks: [1, 1])

/// Weights that any program can make again: waves over the elements; variances are 1.
private func waves(_ widths: DetectionWidths) throws -> Weights {
  var weights: Weights = [:]
  let graph = try faceDetectionNetwork(image: Shape(height: 16, width: 16, channels: 1), widths: widths)
  for (number, parameter) in graph.parameters.enumerated() {
    let count = parameter.spec.shape.reduce(1, *)
    let reach = Float(1.7 / Double(max(count / parameter.spec.shape[0], 1)).squareRoot())
    let isVariance = parameter.name.hasSuffix("running_var")
    weights[parameter.name] = Tensor(
      shape: parameter.spec.shape,
      (0..<count).map { isVariance ? 1 : reach * Float(sin(Double($0) * 1.3 + Double(number))) })
  }
  return weights
}

private func write(_ words: [String: String], _ weights: Weights? = nil, to file: URL) throws {
  try WeightFile(weights: try weights ?? waves(narrow), metadata: words).write(safetensors: file.path)
}

private let good = ["format": "mien-detector-1", "channels": "8,8,16", "blocks": "1,1"]

struct DetectorFileTests {
  @Test func goodFilesAreRead() throws {
    let folder = try Scratch()
    try write(good.merging(["threshold": "0.4", "slope": "2", "offset": "-1"]) { $1 }, to: folder.file("a"))
    let file = try DetectorFile(path: folder.file("a").path)
    #expect(file.widths == narrow && file.threshold == 0.4)
    #expect(abs(file.score(of: 0.5) - 0.5) < 1e-9)
    #expect(abs(file.logit(of: 0.5) - 0.5) < 1e-6)
  }

  @Test(arguments: [
    ("format", "1"), ("channels", "8,8"), ("channels", "8,8,99999"), ("channels", "8,8,-1"), ("blocks", "1"),
    ("threshold", "nan"), ("threshold", "2"), ("slope", "0"), ("offset", "inf"),
  ])
  func wordsThatDoNotFitAreRefused(_ key: String, _ value: String) throws {
    let folder = try Scratch()
    try write(good.merging([key: value]) { $1 }, to: folder.file("a"))
    #expect(throws: DetectorFileError.badMetadata(file: folder.file("a").path, key: key, value: value)) {
      try DetectorFile(path: folder.file("a").path)
    }
  }

  @Test func tensorsThatDoNotFitAreRefused() throws {
    let folder = try Scratch()
    var weights = try waves(narrow)
    weights["level8.1.bias"] = nil
    try write(good, weights, to: folder.file("a"))
    try write(good.merging(["channels": "8,8,24"]) { $1 }, to: folder.file("b"))
    try Data("<opencv_storage>".utf8).write(to: folder.file("c"))
    for name in ["a", "b", "c", "absent"] {
      #expect(throws: WeightFileError.self) { try DetectorFile(path: folder.file(name).path) }
    }
  }
}

/// The same network in PyTorch, from the same file.
@Test(.enabled(if: Python.has("torch"), "skipped: no python3-torch"))
func detectionNetworkEqualsPyTorch() throws {
  let folder = try Scratch()
  let widths = DetectionWidths()
  let weights = try waves(widths)
  try WeightFile(weights: weights).write(safetensors: folder.file("net").path)
  let image = Shape(height: 96, width: 128, channels: 1)
  let executor = try Executor(graph: faceDetectionNetwork(image: image, widths: widths), weights: weights)
  let pixels = (0..<96 * 128).map { UInt8($0 % 251) }
  for row in stride(from: 0, to: 96, by: 2) {
    let input = executor.input.baseAddress! + row * 128
    pixels.withUnsafeBufferPointer { pixels in
      let line = pixels.baseAddress! + row * 128
      unshuffle(line, line + 128, pairs: 64, into: input) { Float($0) }
    }
  }
  executor.run()
  let expected = try [Float](FloatFile.of(Python.run(oracle, folder.file("net").path, "96", "128")))
  let ours = try ["level8", "level16"].flatMap { Array(try #require(executor.output($0))) }
  #expect(ours.count == expected.count)
  let (error, size) = (zip(ours, expected).map { abs($0 - $1) }.max()!, expected.map(abs).max()!)
  #expect(error <= 2e-4 * size, "\(error) of \(size)")
}

extension FloatFile {
  /// The floats in `data`.
  fileprivate static func of(_ data: Data) -> [Float] {
    [Float](unsafeUninitializedCapacity: data.count / 4) { $1 = data.copyBytes(to: $0) / 4 }
  }
}

private let oracle = """
  import json, struct, sys
  import numpy as np, torch
  import torch.nn.functional as F
  raw = open(sys.argv[1], "rb").read()
  size = struct.unpack("<Q", raw[:8])[0]
  header = json.loads(raw[8:8 + size])
  t = {k: torch.from_numpy(np.frombuffer(raw[8 + size:][v["data_offsets"][0]:v["data_offsets"][1]], np.float32)
       .reshape(v["shape"]).copy()) for k, v in header.items() if k != "__metadata__"}
  h, w = int(sys.argv[2]), int(sys.argv[3])
  x = torch.from_numpy((np.arange(h * w) % 251).astype(np.float32)).reshape(1, 1, h, w)
  x = F.pixel_unshuffle((x - 128) / 64, 2)
  def cn(x, p, stride=1):
    k = t[p + ".conv.weight"]
    y = F.conv2d(x, k, None, stride, k.shape[2] // 2)
    b = p + ".bn."
    return F.batch_norm(y, t[b + "running_mean"], t[b + "running_var"], t[b + "weight"], t[b + "bias"])
  r = torch.relu
  def stage(x, p):
    i = 0
    while f"{p}.{i}.0.conv.weight" in t:
      x = r(cn(r(cn(x, f"{p}.{i}.0")), f"{p}.{i}.1") + x)
      i += 1
    return x
  x = r(cn(x, "stem", 2))
  fine = stage(r(cn(x, "down8", 2)), "stage8")
  coarse = stage(r(cn(fine, "down16", 2)), "stage16")
  joined = r(fine + F.interpolate(cn(coarse, "lateral"), size=fine.shape[2:], mode="bilinear", align_corners=False))
  for name, x in (("level8", joined), ("level16", coarse)):
    y = F.conv2d(r(cn(x, name + ".0")), t[name + ".1.weight"], t[name + ".1.bias"])
    sys.stdout.buffer.write(y[0].permute(1, 2, 0).contiguous().numpy().astype("<f4").tobytes())
  """

struct NonMaximumSuppressionTests {
  private func face(_ x: Double, _ side: Double, _ score: Double) -> Detection {
    Detection(
      box: Box(x: x, y: 0, width: side, height: side), score: score, landmarks: FacePoints { _ in Point(x: x, y: 0) })
  }

  @Test func oneFaceIsSaidOnce() {
    let merged = NonMaximumSuppression().merged([face(0, 40, 0.5), face(4, 40, 1), face(100, 40, 0.9)])
    #expect(merged.map(\.score) == [1, 0.9])
    // (0 * 0.25 + 4 * 1) / 1.25
    #expect(abs(merged[0].box.x - 3.2) < 1e-9 && abs(merged[0].landmarks!.rightEye.x - 3.2) < 1e-9)
  }

  @Test func aSmallBoxWithinALargeOneIsTheSameFace() {
    #expect(NonMaximumSuppression().merged([face(0, 100, 0.9), face(20, 40, 0.8)]).count == 1)
    #expect(NonMaximumSuppression().merged([face(0, 40, 0.9), face(30, 40, 0.8)]).count == 2)
  }
}

struct LumaScalerTests {
  /// Grey values row by row, back from what the network is given.
  private func grey(_ width: Int, _ height: Int, _ change: (LumaScaler) -> Void) -> [Float] {
    let scaler = LumaScaler()
    change(scaler)
    var floats = [Float](repeating: .nan, count: width * height)
    scaler.write(to: &floats, width: width, height: height)
    return (0..<width * height).map { i in
      let (x, y) = (i % width, i / width)
      return floats[((y / 2) * (width / 2) + x / 2) * 4 + y % 2 * 2 + x % 2] * 64 + 128
    }
  }

  @Test func quartersAreMeans() {
    let image = GreyImage(width: 9, height: 8)
    for i in 0..<72 { image.pixels[i] = UInt8(i % 9 < 4 ? 40 : i % 9 < 8 ? 200 : 255) }
    let quarter = grey(4, 4) {
      $0.begin(image.luma, width: 9, height: 8)
      $0.quarter()
    }
    let (row, rest) = ([40, 200, 128, 128] as [Float], [Float](repeating: 128, count: 8))
    #expect(quarter == row + row + rest)
  }

  @Test func scalingInterpolates() {
    let image = GreyImage(width: 4, height: 2)
    for i in 0..<8 { image.pixels[i] = UInt8(40 * (i % 4)) }
    let wide = [0, 10, 30, 50, 70, 90, 110, 120] as [Float]
    #expect(grey(8, 2) { $0.begin(image.luma, width: 8, height: 2) } == wide + wide)
    #expect(grey(2, 2) { $0.begin(image.luma, width: 2, height: 1) } == [20, 100, 128, 128])
  }

  @Test func mirrorImagesChangeSides() {
    let image = GreyImage(width: 4, height: 2)
    for i in 0..<8 { image.pixels[i] = UInt8(10 * i) }
    let mirrored = grey(4, 2) {
      $0.begin(image.luma, width: 4, height: 2)
      $0.mirror()
    }
    #expect(mirrored == [30, 20, 10, 0, 70, 60, 50, 40])
  }

  /// A bright pixel is found where it was, whichever way its image was turned.
  @Test(arguments: ImageTurn.allCases) fileprivate func turnsAreUndone(_ turn: ImageTurn) {
    let image = GreyImage(width: 6, height: 4)
    image.pixels[1 * 6 + 4] = 250
    let turned = grey(4, 6) {
      $0.begin(image.luma, width: 6, height: 4)
      $0.turn(turn)
    }
    let place = turned.firstIndex(of: 250)!
    let box = Box(x: Double(place % 4), y: Double(place / 4), width: 1, height: 1)
    let middle = Point(x: box.center.x, y: box.center.y)
    let back = turn.undone(Detection(box: box, score: 1, landmarks: FacePoints { _ in middle }), width: 6, height: 4)
    #expect(back.box == Box(x: 4, y: 1, width: 1, height: 1))
    #expect(back.landmarks == FacePoints { _ in Point(x: 4.5, y: 1.5) })
    #expect(turned.count { $0 == 250 } == 1)
  }
}
