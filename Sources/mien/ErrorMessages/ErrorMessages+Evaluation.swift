import Evaluation
import Networks

extension EvaluationError: Explained {
  var sentence: String {
    switch self {
    case .noHead(let model, let labels, let heads):
      "\(model) does not tell \(labels.joined(separator: ", ")) apart: it knows "
        + heads.map { $0.joined(separator: ", ") }.joined(separator: "; or ") + ". Try --labels ferplus or fer2013."
    case .noVotes(let folder):
      "\(folder) has no fer2013new.csv with people's votes and no image of contempt: use --labels fer2013."
    case .nothingToJudge(let folder): "\(folder) has no image whose class is known: look at its labels and votes."
    case .notFinite(let model): "Model \(quoted(model)) gives numbers that are not finite: its weights are damaged."
    case .tooManyMembers(let count, let most):
      "\(count) models have too many subsets to try: give at most \(most)."
    case .badWeights(let given, let members):
      "--weights gives \(given) numbers for \(members) models: it needs one for each, none negative and one above 0."
    case .missingFold(let folder, let fold):
      "\(folder) has no weights for fold \(fold): train it with mien train CONFIG.json --fold \(fold)."
    case .otherFold(let file, let needed, let found):
      "\(file) was not trained with fold \(needed) held out (\(found ?? "it names no fold")), so it may have seen the "
        + "images: train that fold."
    case .unknownImages(let file, let fold):
      "\(file) does not say what it was trained on (an older Mien made it), so it may have seen the images: train fold \(fold) again."
    case .seenImages(let file, let fold, let images, let all):
      "\(file) was trained on \(images) of the \(all) images that fold \(fold) holds out here, or on their subjects: the data "
        + "set has changed since, or no fold was held out. Train the folds of this one."
    }
  }
}

/// The sentence for a model that is named more than once.
func sentence(named file: String) -> String { "\(quoted(file)) is named more than once: it counts once." }

extension ExplainError: Explained {
  var sentence: String {
    switch self {
    case .noLayer(let model, let name, let known):
      "\(model) has no layer \(quoted(name)): "
        + (nearest(to: name, in: known).map { "did you mean \($0)?" } ?? "mien models show \(model) lists them.")
    case .noMap(let model, let layer):
      "Layer \(layer) of \(model) has a single pixel at this size of input: name an earlier one with --layer."
    case .noHead(let model, let labels):
      "\(model) does not tell \(labels.joined(separator: ", ")) apart: leave out --labels."
    case .noFace(let file):
      "No face was found in \(quoted(file)): give an image of a face from the front, or --whole if it is one already."
    case .someFailed(let failed, let all): "\(failed) of \(all) images could not be read; the others are done."
    case .noFaces(let images):
      "None of the \(images) images shows a face: give --whole if they are faces already."
    case .layerUnused(let method): "--layer is for gradcam: \(method) looks at the pixels."
    }
  }
}

extension GradientError: Explained {
  var sentence: String {
    switch self {
    case .notDifferentiable(let operation): "The network has an operation \(quoted(operation)) without a gradient."
    case .missing(let parameter): "The weights lack \(parameter); are they of this architecture?"
    case .misshapen(let parameter, let expected, let found):
      "The weights have \(parameter) as \(found), the network needs \(expected); are they of this architecture?"
    case .tooMuchMemory(let bytes, let limit): memorySentence(bytes, limit)
    }
  }
}
