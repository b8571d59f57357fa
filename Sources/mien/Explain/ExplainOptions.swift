import Display
import Evaluation
import Recognition

/// The options of `mien explain`.
enum ExplainOptions {
  static let method = Option.choice(
    "--method", ExplanationMethod.allCases.map(\.rawValue), "How answers are explained (default: gradcam).")
  static let layer = Option.text(
    "--layer", "NAME", "Grad-CAM's layer: a convolution or a block, as mien models show names it.")
  static let out = Option.folder("--out", short: "-o", "DIR", "Folder of the figures and numbers.")
  static let format = Option.choice(
    "--format", DrawingFormat.allCases.map(\.rawValue), "Format of the figures (default: png).")
  static let labels = Option.choice(
    "--labels", AnnotateOptions.labelSets.map(\.name), "Classes: what people see (default), or FER2013's own seven.")
  static let whole = Option.flag("--whole", "Look for no face: take the picture's middle square.")
  static let cascade = Option.file("--cascade", "F", "The face detector, by name or file (default: default).")
  static let threads = Option.integer("--threads", "N", 1...256, "Worker threads (default: one a core).")
  static let force = Option.flag("--force", "Overwrite files that are there.")

  /// In the order of help.
  static let all = [
    method.spec, layer.spec, out.spec, format.spec, labels.spec, whole.spec, cascade.spec, threads.spec, force.spec,
  ]
}

/// What `mien explain` was asked for, as values.
struct ExplainRequest {
  var models: [String]
  var pictures: [String]
  var method: ExplanationMethod
  var layer: String?
  var folder: String
  var format: DrawingFormat
  var labels: LabelSet?
  var takesWhole: Bool
  var cascade: String
  var threads: Int
  var force: Bool

  /// - Throws: `CommandLineError` where options are missing.
  init(_ arguments: Arguments) throws(CommandLineError) {
    typealias Given = ExplainOptions
    guard let folder = arguments[Given.out] else { throw .needs("mien explain", "-o") }
    self.folder = folder
    models = arguments.operands[0].split(separator: ",").map(String.init)
    pictures = Array(arguments.operands.dropFirst())
    method = arguments[Given.method].flatMap(ExplanationMethod.init) ?? .gradcam
    layer = arguments[Given.layer]
    format = arguments[Given.format].flatMap(DrawingFormat.init(rawValue:)) ?? .png
    labels = arguments[Given.labels].flatMap { name in AnnotateOptions.labelSets.first { $0.name == name }?.set }
    takesWhole = arguments.has(Given.whole)
    cascade = arguments[Given.cascade] ?? "default"
    threads = arguments[Given.threads] ?? processorCount()
    force = arguments.has(Given.force)
  }
}
