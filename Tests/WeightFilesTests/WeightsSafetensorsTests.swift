import Foundation
import Networks
import TestSupport
import Testing
import WeightFiles

/// A safetensors file with `header` and `data`.
func safetensors(_ header: String, _ data: [UInt8] = []) -> FileBytes {
  FileBytes(withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian, Array.init) + Array(header.utf8) + data)
}

func problem(_ bytes: FileBytes) -> WeightProblem? {
  do throws(WeightProblem) {
    _ = try WeightFile(bytes)
    return nil
  } catch { return error }
}

let shippedPath = TestData.packageRoot.appendingPathComponent("models/mien_vgg.safetensors").path

@Test func safetensorsReadsTheShippedFile() throws {
  let file = try WeightFile(path: shippedPath)
  #expect(file.metadata["architecture"] == "mien_vgg")
  #expect(file.weights.count == 54)
  #expect(file.weights["votes.weight"]?.shape == [8, 768])
}

@Test func safetensorsIsMappedNotCopied() throws {
  // Shipped files are of half precision, which is widened; a copy of them is not.
  let scratch = try Scratch()
  try WeightFile(path: shippedPath).write(safetensors: scratch.path("wide"))
  let file = try WeightFile(FileBytes(path: scratch.path("wide")))
  let first = try #require(file.weights["features.0.weight"])
  let second = try #require(file.weights["features.1.bias"])
  #expect(UnsafeRawPointer(first.elements.baseAddress!) + 864 == UnsafeRawPointer(second.elements.baseAddress!))
}

@Test func safetensorsSurvivesARoundTrip() throws {
  let scratch = try Scratch()
  let file = try WeightFile(path: shippedPath)
  try file.write(safetensors: scratch.path("a"))
  let again = try WeightFile(path: scratch.path("a"))
  #expect(again.metadata == file.metadata)
  for (name, tensor) in file.weights {
    #expect(again.weights[name]?.shape == tensor.shape)
    #expect(again.weights[name].map { Array($0.elements) } == Array(tensor.elements))
  }
  try again.write(safetensors: scratch.path("b"))
  #expect(FileManager.default.contentsEqual(atPath: scratch.path("a"), andPath: scratch.path("b")))
  #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path).sorted() == ["a", "b"])
}

@Test func safetensorsReadsEveryElementType() throws {
  let header = """
    {"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},"b":{"dtype":"F16","shape":[2],"data_offsets":[8,12]},\
    "c":{"dtype":"BF16","shape":[1],"data_offsets":[12,14]},"d":{"dtype":"I8","shape":[1],"data_offsets":[14,15]},\
    "e":{"dtype":"F32","shape":[],"data_offsets":[15,19]}}
    """
  let data: [UInt8] =
    withUnsafeBytes(of: -0.5, Array.init) + [0x00, 0x3c, 0x01, 0x00] + [0x40, 0xc0] + [0xfe]
    + withUnsafeBytes(of: Float(7), Array.init)
  let weights = try WeightFile(safetensors(header, data)).weights
  #expect(weights["a"].map { Array($0.elements) } == [-0.5])
  #expect(weights["b"].map { Array($0.elements) } == [1, 0x1p-24])
  #expect(weights["c"].map { Array($0.elements) } == [-3])
  #expect(weights["d"].map { Array($0.elements) } == [-2])
  #expect(weights["e"].map { Array($0.elements) } == [7])
}

@Test(arguments: [
  (
    #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, 4,
    WeightProblem.malformed(part: "a", detail: "shape and offsets disagree")
  ),
  (
    #"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, 4,
    .malformed(part: "a", detail: "shape and offsets disagree")
  ),
  (
    #"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}"#, 0,
    .malformed(part: "a", detail: "shape and offsets disagree")
  ),
  (
    #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8,
    .malformed(part: "a", detail: "overlaps another tensor or leaves a hole")
  ),
  (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 4, .truncated(part: "tensor data")),
  (
    #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 5,
    .malformed(part: "tensor data", detail: "bytes that belong to no tensor")
  ),
  (#"{"a":{"dtype":"C64","shape":[1],"data_offsets":[0,8]}}"#, 8, .unsupported(kind: "element type", name: "C64")),
  (#"{"a":{"dtype":"F32"}}"#, 8, .malformed(part: "header", detail: "not the JSON of a safetensors header")),
  (#"{"a":"#, 0, .malformed(part: "header", detail: "not the JSON of a safetensors header")),
])
func safetensorsRefusesWhatIsMalformed(_ header: String, _ bytes: Int, _ expected: WeightProblem) {
  #expect(problem(safetensors(header, [UInt8](repeating: 0, count: bytes))) == expected)
}

@Test func matchingNamesEveryTensorThatDoesNotFit() throws {
  let b = GraphBuilder("tiny", input: Shape(height: 8, width: 8, channels: 1))
  b.head("classifier", try b.add(Conv2d(b.input, out: 2, kernel: 3), "a", b.input))
  b.head("auxiliary", try b.add(Conv2d(b.input, out: 2, kernel: 3), "aux", b.input), trainingOnly: true)
  let file = WeightFile(weights: [
    "module.a.weight": Tensor(shape: [2, 1, 5, 5]), "module.b.weight": Tensor(shape: [1]),
    "module.a.num_batches_tracked": Tensor(shape: []),
  ])
  let expected = WeightMismatch(
    missing: ["a.bias"], extra: ["b.weight"],
    misshapen: [.init(name: "a.weight", expected: [2, 1, 3, 3], found: [2, 1, 5, 5])])
  #expect(throws: WeightProblem.mismatch(expected)) { try file.matched(to: b.graph()) }
}

@Test func unreadableFilesAreNamed() {
  #expect(throws: WeightFileError(file: "/nowhere", problem: .cannotOpen(errno: ENOENT))) {
    try WeightFile(path: "/nowhere")
  }
  #expect(throws: WeightFileError(file: "/", problem: .notAFile)) { try WeightFile(path: "/") }
  #expect(problem(FileBytes([UInt8]("hello, reader".utf8))) == .unknownFormat)
}
