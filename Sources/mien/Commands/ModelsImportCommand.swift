import Core
import Foundation
import Networks
import Recognition
import WeightFiles
import Zoo

/// `mien models import FILE`: anyone's weights become a model file that describes itself.
enum ModelsImportCommand {
  private static let out = Option.file("--out", short: "-o", "OUT", "The model file to write, NAME.safetensors.")
  private static let arch = Option.choice(
    "--arch", zooTable.map(\.name), "The architecture; ONNX files and Mien's own say theirs.")
  private static let classes = Option.list(
    "--classes", "A,B,…", "Classes in the network's order; by default FER2013's for seven outputs, else numbers.")
  private static let input = Option.size(
    "--input", "WxH", "Size of the images, where it is not the architecture's or an ONNX file leaves it open.")
  private static let crop = Option.integer("--crop", "N", 1...4096, "Sides of the crop whose middle the network sees.")
  private static let mean = Option.list("--mean", "M,…", "Subtracted from pixels of 0 to 255 (default 0).")
  private static let std = Option.list("--std", "S,…", "Then divided by (default 255).")
  private static let force = Option.flag("--force", "Overwrite OUT.")

  static let row = Command(
    words: ["models", "import"],
    summary: "Makes a model of PyTorch, safetensors or ONNX weights.",
    operands: [Operand(placeholder: "FILE", kind: .file)],
    options: [
      out.spec, arch.spec, classes.spec, input.spec, crop.spec, mean.spec, std.spec, force.spec,
    ],
    details: [
      "FILE is a .pth of torch.save (a state_dict, alone or under net, state_dict or model), a safetensors file or an ONNX file. Nothing in it is run.",
      "Missing, extra and misshapen tensors are listed by name.",
    ],
    examples: [
      ("mien models import best.pth --arch resmasking_dropout1 -o resmasking.safetensors", "reads PyTorch's weights"),
      ("mien models import net.onnx --classes happy,sad -o net.safetensors", "reads a network exported by PyTorch"),
    ],
    run: run)

  private static func run(_ arguments: Arguments) throws {
    let source = arguments.operands[0]
    guard let target = arguments[out] else { throw CommandLineError.missingValue(out.spec) }
    let size = arguments[arch] == nil ? arguments[input].map { Extent($0.height, $0.width) } : nil
    var file = try WeightFile(path: source, size: size)
    try describe(&file, arguments)
    let model = try Model(file, file: source)
    try save(WeightFile(weights: model.weights, metadata: file.metadata), to: target, force: arguments.has(force))
    Terminal.printToStandardError(shownLines("\(target): \(model.summary)\n" + taken(model, arguments)))
  }

  /// What was taken of the file, and what was assumed where nobody said it.
  private static func taken(_ model: Model, _ arguments: Arguments) -> String {
    let shape = model.input.shape
    let colour = shape.channels == 1 ? "grey" : "grey in \(shape.channels) channels"
    let heads = model.heads.map { "  \($0.name): \($0.labels.names.prefix(12).joined(separator: ", "))\n" }.joined()
    let assumed = [
      ("--classes", arguments[classes], "the classes"),
      ("--mean and --std", arguments[mean] ?? arguments[std], "the scale"),
    ]
    .filter { $0.1 == nil && model.metadata["architecture"] == nil }
    let hint =
      assumed.isEmpty
      ? ""
      : "  The file does not say \(assumed.map(\.2).joined(separator: " or ")) (pixels are \(scale(model.input))): give \(assumed.map(\.0).joined(separator: " and ")) where they differ.\n"
    return "  images of \(shape.width)x\(shape.height) pixels, \(colour)\n" + heads + hint
  }

  private static func scale(_ input: ModelInput) -> String {
    "less \(input.mean.map { "\($0)" }.joined(separator: ",")) by \(input.std.map { "\($0)" }.joined(separator: ","))"
  }

  /// Adds to the file's words what the command line says.
  private static func describe(_ file: inout WeightFile, _ arguments: Arguments) throws {
    file.metadata["format"] = "1"
    if let name = arguments[arch], let architecture = Architecture.named(name) {
      file.metadata["architecture"] = name
      file.metadata["graph"] = nil
      let size = arguments[input]
      let (width, height) = (size?.width ?? architecture.input.width, size?.height ?? architecture.input.height)
      file.metadata["input"] = "\(architecture.input.channels)x\(height)x\(width)"
    }
    if let side = arguments[crop] { file.metadata["crop"] = String(side) }
    for (key, option) in [("mean", mean), ("std", std)] {
      if let values = arguments[option] { file.metadata[key] = values.joined(separator: ",") }
    }
    try nameClasses(&file, arguments[classes])
  }

  /// Names the classes of heads whose number of outputs says nothing.
  private static func nameClasses(_ file: inout WeightFile, _ given: [String]?) throws {
    if let given { return file.metadata["classes"] = given.joined(separator: ",") }
    guard file.metadata["classes"] == nil, let text = file.metadata["graph"],
      let graph = try? JSONDecoder().decode(Graph.self, from: Data(text.utf8))
    else { return }
    for (place, head) in graph.heads.enumerated()
    where graph.nodes[head.node].shape.count != LabelSet.fer2013.names.count {
      let names = (0..<graph.nodes[head.node].shape.count).map(String.init).joined(separator: ",")
      file.metadata[place == 0 ? "classes" : "\(head.name)_classes"] = names
    }
  }
}
