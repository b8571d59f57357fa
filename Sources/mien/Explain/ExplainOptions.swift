import Display
import Evaluation
import Sessions

/// The options of `mien explain`.
enum ExplainOptions {
  static let method = Option.choice(
    "--method", ExplanationMethod.allCases.map(\.rawValue), "How answers are explained (default: gradcam).")
  static let layer = Option.text(
    "--layer", "NAME", "Grad-CAM's layer: a convolution or a block, as mien models show names it.")
  static let out = Option.folder("--out", short: "-o", "DIR", "Folder of the figures and numbers.")
  static let format = Option.choice(
    "--format", DrawingFormat.allCases.map(\.rawValue), "Format of the figures (default: png).")
  static let whole = Option.flag("--whole", "Look for no face: take the image's middle square.")

  /// In the order of help.
  static let all = [
    method.spec, layer.spec, out.spec, format.spec, AnalysisOptions.labels.spec, whole.spec,
    AnalysisOptions.detector.spec, AnalysisOptions.turn.spec, AnalysisOptions.threads.spec, AnnotateOptions.force.spec,
  ]
}

/// What `mien explain` was asked for, as values.
struct ExplainRequest {
  /// Its networks are the command's first operand.
  var analysis: AnalysisRequest
  var images: [String]
  var method: ExplanationMethod
  var layer: String?
  var folder: String
  var format: DrawingFormat
  var takesWhole: Bool
  var force: Bool

  /// - Throws: `CommandLineError` where options are missing.
  init(_ arguments: Arguments) throws(CommandLineError) {
    typealias Given = ExplainOptions
    guard let folder = arguments[Given.out] else { throw .needs("mien explain", "-o") }
    self.folder = folder
    analysis = AnalysisRequest(arguments)
    analysis.models = arguments.operands[0].split(separator: ",").map(String.init)
    images = Array(arguments.operands.dropFirst())
    method = arguments[Given.method].flatMap(ExplanationMethod.init) ?? .gradcam
    layer = arguments[Given.layer]
    format = arguments[Given.format].flatMap(DrawingFormat.init(rawValue:)) ?? .png
    takesWhole = arguments.has(Given.whole)
    force = arguments.has(AnnotateOptions.force)
  }
}
