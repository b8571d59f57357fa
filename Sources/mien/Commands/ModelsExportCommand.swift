import Recognition
import WeightFiles

/// `mien models export NAME`: a model's weights for other programs.
enum ModelsExportCommand {
  private static let out = Option.file("--out", short: "-o", "OUT", "The safetensors file to write.")
  private static let force = Option.flag("--force", "Overwrite OUT.")

  static let row = Command(
    words: ["models", "export"],
    summary: "Writes a model as safetensors, with PyTorch's names.",
    operands: [Operand(placeholder: "NAME", kind: .text)],
    options: [out.spec, force.spec],
    details: ["In PyTorch: net.load_state_dict(safetensors.torch.load_file(\"OUT\"), strict=False)."],
    examples: [("mien models export mien_vgg -o vgg.safetensors", "writes the network's weights")],
    run: run)

  private static func run(_ arguments: Arguments) throws {
    guard let target = arguments[out] else { throw CommandLineError.missingValue(out.spec) }
    let models = try ModelLibrary().load(arguments.operands)
    guard models.count == 1, let model = models.first else {
      throw CommandLineError.badOperand(row.operands[0], text: arguments.operands[0], nearest: models.first?.name)
    }
    let file = WeightFile(weights: model.weights, metadata: model.metadata)
    try save(file, to: target, force: arguments.has(force))
  }
}
