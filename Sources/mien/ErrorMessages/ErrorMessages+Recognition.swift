import Faces
import Recognition
import Rows

extension EnsembleError: Explained {
  var sentence: String {
    switch self {
    case .noHead(let model, let labels, let heads):
      "Model \(quoted(model)) does not know \(labels.joined(separator: ", ")); it has "
        + heads.map { $0.joined(separator: ", ") }.joined(separator: " or ") + "."
    case .labelsDiffer(let models):
      "The models \(models.map(quoted).joined(separator: ", ")) have different classes and cannot be an ensemble."
    case .notFinite(let model): "Model \(quoted(model)) gives numbers that are not finite: its weights are damaged."
    }
  }
}

extension CascadeError: Explained {
  /// Of the file itself, which `DetectorError` names.
  var sentence: String {
    switch self {
    case .notFound(let name, _): "there is no detector \(quoted(name))."
    case .unreadable: "it cannot be read."
    case .notXML(let line, let fault): "line \(line) is not XML (\(fault.rawValue))."
    case .notCascade: "it is XML, but no cascade of OpenCV's."
    case .unsupported(let kind): "cascades of kind \(quoted(kind)) are not evaluated."
    case .missing(let element, let line): "the element at line \(line) lacks \(quoted(element))."
    case .malformed(let element, let line): "\(quoted(element)) at line \(line) is malformed."
    }
  }
}

extension RowError: Explained {
  var sentence: String {
    switch self {
    case .unreadable(let path, let code): "\(quoted(path)) cannot be read: \(systemReason(code))."
    case .malformed(let path, let line):
      "Line \(line) of \(quoted(path)) is no row of Mien's: move the file away, or leave out --resume."
    case .labelsDiffer(let path):
      "The rows in \(quoted(path)) have other classes than this run: give the same --models and --labels."
    case .otherFrame(let path, let expected, let found):
      "\(quoted(path)) has a row of frame \(found) where \(expected) follows: give the same input, --start and --duration."
    }
  }
}

extension DetectorError: Explained {
  var sentence: String {
    switch self {
    case .notFound(let name, let known):
      "There is no face detector \(quoted(name))"
        + (nearest(to: name, in: known).map { ": did you mean \($0)?" } ?? ": give a detector's file.")
    case .unusable(let path, let error): "\(quoted(path)) is no usable face detector: \(error.sentence)"
    case .noDefault:
      "The default face detector, cascades/mien.safetensors, is missing: install Mien anew, or give a detector's file with --detector."
    }
  }
}
