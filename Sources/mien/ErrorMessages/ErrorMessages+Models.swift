import Networks
import Recognition
import WeightFiles

extension WeightFileError: Explained {
  var sentence: String {
    switch problem {
    case .cannotOpen(let code): "\(quoted(file)) cannot be opened: \(systemReason(code))."
    case .notAFile: "\(quoted(file)) is not a file: give a weight file."
    case .cannotWrite(let code): "\(quoted(file)) cannot be written: \(systemReason(code))."
    default: "\(quoted(file)) cannot be used: \(problem.reason)."
    }
  }
}

extension WeightProblem: Explained {
  var sentence: String { "The weights cannot be used: \(reason)." }

  /// What is wrong, as the end of a sentence.
  var reason: String {
    switch self {
    case .cannotOpen(let code), .cannotWrite(let code): systemReason(code)
    case .notAFile: "it is not a file"
    case .unknownFormat: "it is no safetensors, PyTorch or ONNX file"
    case .truncated(let part): "it ends inside of \(quoted(part)); is the download complete?"
    case .malformed(let part, let detail): "\(quoted(part)) is malformed: \(detail)"
    case .unsupported(let kind, let name): "Mien does not read \(kind) \(quoted(name))"
    case .forbidden(let global):
      "it asks to run \(quoted(global)), which weights do not need and Mien never does; if you trust the file, save its state_dict() alone"
    case .bomb(let resource, let limit): "it needs more than \(limit) \(resource), which no real network does"
    case .outside(let file):
      "it keeps weights in \(quoted(file)), and only files of its own folder are read, through no link: put them beside it"
    case .missingBeside(let file):
      "its weights are in \(quoted(file)), which is not beside it or cannot be read: keep both in one folder"
    case .openSize(let input):
      "its input \(quoted(input)) leaves height or width open: give the size of the images with --input WxH, as in --input 48x48"
    case .fixedSize(let size, let given):
      "it takes images of \(size.width)x\(size.height) pixels and not of \(given.width)x\(given.height): leave --input out"
    case .quantised(let operation):
      "it computes with 8-bit numbers (\(operation)), and Mien with floating point: export the network without quantisation"
    case .attention(let operation):
      "it has attention (\(operation) of two activations), which Mien does not compute yet: take a convolutional network"
    case .mismatch(let mismatch): mismatch.reason
    }
  }
}

extension WeightMismatch {
  /// What does not fit, as the end of a sentence.
  fileprivate var reason: String {
    let shapes = misshapen.map { "\($0.name) (\($0.found) instead of \($0.expected))" }
    let parts = [("missing", missing), ("extra", extra), ("misshapen", shapes)].filter { !$0.1.isEmpty }
    return "its tensors do not fit the network: "
      + parts.map { "\($0) are \($1.joined(separator: ", "))" }.joined(separator: "; ")
  }
}

extension ModelError: Explained {
  var sentence: String {
    switch self {
    case .notFound(let name, let known):
      "There is no model \(quoted(name))\(suggestion(name, known) ?? ": mien models lists those there are.")"
    case .badMetadata(let file, let key, nil) where key == "graph":
      "\(quoted(file)) is damaged: its graph cannot be read."
    case .badMetadata(let file, let key, nil):
      "\(quoted(file)) does not say its \(quoted(key)): import it with mien models import FILE --arch NAME -o OUT."
    case .badMetadata(let file, let key, let value?):
      "\(quoted(file)) says \(quoted(value)) of \(quoted(key)), which does not fit."
    case .unknownArchitecture(let file, let name, let known):
      "\(quoted(file)) is of an architecture \(quoted(name)) that Mien does not have\(suggestion(name, known) ?? ".")"
    case .classCount(let file, let head, let classes, let outputs):
      "\(quoted(file)) has \(outputs) outputs for head \(quoted(head)) and names \(classes) classes: name as many with --classes."
    case .badEnsemble(let file):
      "\(quoted(file)) is no list of models: it should read {\"members\": [\"NAME\", …]} and not name itself."
    }
  }

  private func suggestion(_ name: String, _ known: [String]) -> String? {
    nearest(to: name, in: known).map { ": did you mean \($0)?" }
  }
}

extension ShapeError: Explained {
  var sentence: String {
    switch self {
    case .unfit(let operation, let path, let shapes, let detail):
      "The network cannot take images of this size: \(operation)\(path.isEmpty ? "" : " \(path)") with input "
        + "\(shapes.map(\.description).joined(separator: " and ")) \(detail)."
    }
  }
}

extension GraphCodingError: Explained {
  var sentence: String {
    switch self {
    case .unknownOperation(let name): "The model's graph has an operation \(quoted(name)) that Mien does not have."
    case .badInput(let path): "The model's graph is damaged: \(quoted(path)) reads what is not there."
    case .tooLarge(let path): "The model's graph is damaged: \(quoted(path)) is larger than any real network needs."
    case .noHead: "The model's graph is damaged: it has no head, so it can say nothing."
    case .tooMuchMemory(let bytes):
      "The model's graph needs \(bytes >> 20) MB at once for one image, more than any real network: is it damaged?"
    }
  }
}
