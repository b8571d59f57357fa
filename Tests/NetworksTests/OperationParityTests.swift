import Foundation
import Networks
import TestSupport
import Testing

private let batch = 2

/// A case with its data, and what the reference forward makes of it.
private struct Evaluated: Encodable {
  var expression: String
  var inputs: [[Int]]
  var parameters: [[Int]]
  var data: [Float] = []
  var result: [Float] = []

  enum CodingKeys: CodingKey { case expression, inputs, parameters }

  init(_ test: OperationCase, seed: Int) throws {
    let operation = test.operation
    expression = test.expression
    inputs = test.inputs.map { [batch, $0.height, $0.width, $0.channels] }
    parameters = operation.parameters.map(\.shape)
    let activations = test.inputs.map { noise(batch * $0.count, seed: seed, scale: 2) }
    let tensors = operation.parameters.map { spec in
      let values = noise(spec.shape.reduce(1, *), seed: seed + spec.name.count)
      return Tensor(shape: spec.shape, spec.name == "running_var" ? values.map { 1.25 + $0 } : values)
    }
    data = activations.flatMap { $0 } + tensors.flatMap { Array($0.elements) }
    result = try run(operation, test.inputs, activations, tensors)
  }
}

private func run(
  _ operation: any Networks.Operation, _ shapes: [Shape], _ inputs: [[Float]], _ parameters: [Tensor]
) throws -> [Float] {
  let output = try operation.outputShape(shapes)
  let held = zip(shapes, inputs).map { Tensor(shape: [batch, $0.count], $1) }
  var result = [Float](repeating: .nan, count: batch * output.count)
  result.withUnsafeMutableBufferPointer { buffer in
    let activations = zip(held, shapes).map { Activation(UnsafePointer($0.elements.baseAddress!), $1) }
    operation.reference(
      ForwardIO(
        batch: batch, inputs: activations, parameters: parameters, output: buffer.baseAddress!, outputShape: output))
  }
  return withExtendedLifetime(held) { result }
}

@Test func everyOperationHasACase() {
  let tested = Set(operationCases.map { type(of: $0.operation).name })
  #expect(tested == Set(operationTable.map { $0.name }))
  #expect(operationTable.count == tested.count)
}

@Test(.enabled(if: Python.has("torch"), "skipped: no python3-torch"))
func referencesEqualPyTorch() throws {
  let evaluated = try operationCases.enumerated().map { try Evaluated($1, seed: $0) }
  let folder = try Scratch()
  let (cases, input, output) = (folder.file("cases.json"), folder.file("in.f32"), folder.file("out.f32"))
  try JSONEncoder().encode(evaluated).write(to: cases)
  try FloatFile.write(evaluated.flatMap(\.data), to: input)
  let script = TestData.packageRoot.appendingPathComponent("Tests/NetworksTests/Oracle/operations.py")
  try Python.run(file: script, cases.path, input.path, output.path)
  var expected = try FloatFile.read(output)[...]
  #expect(expected.count == evaluated.reduce(0) { $0 + $1.result.count })
  for (test, ours) in zip(operationCases, evaluated.map(\.result)) {
    let theirs = expected.prefix(ours.count)
    expected = expected.dropFirst(ours.count)
    #expect(relativeError(ours, theirs) <= 1e-6, "\(test.testDescription)")
  }
}

@Test(arguments: operationCases)
func operationSurvivesEncoding(test: OperationCase) throws {
  let operation = test.operation
  func decode<T: Networks.Operation>(_ operation: T) throws -> T {
    try JSONDecoder().decode(T.self, from: JSONEncoder().encode(operation))
  }
  let copy = try decode(operation)
  #expect(try copy.outputShape(test.inputs) == operation.outputShape(test.inputs))
  #expect(copy.parameters == operation.parameters)
  #expect(String(describing: copy) == String(describing: operation))
}
