/// How a network's answer is explained.
public enum ExplanationMethod: String, Sendable, CaseIterable {
  /// Where a layer's maps speak for the class (Grad-CAM; Selvaraju et al., 2017).
  case gradcam
  /// The gradient of the class's logit by the pixels (Simonyan et al., 2014).
  case saliency
  /// The mean of such gradients over noisy copies (Smilkov et al., 2017).
  case smoothgrad
  /// The gradient through rectifiers that let only positive ones back (Springenberg et al., 2015).
  case guided
}

/// What a network says of one face, and why.
public struct Explanation: Sendable {
  /// Probabilities of all classes.
  public let probabilities: [Double]
  /// For each class that was asked for, in that order, where it was seen; over the middle of the crop that the network sees.
  public let maps: [HeatMap]
}

/// Why an answer cannot be explained.
public enum ExplainError: Error, Hashable, Sendable {
  /// The network has no such layer; `known` are its convolutions.
  case noLayer(model: String, name: String, known: [String])
  /// The layer has no place: a single pixel.
  case noMap(model: String, layer: String)
  /// No head has the labels.
  case noHead(model: String, labels: [String])
  /// No face was found in the image.
  case noFace(file: String)
  /// None of so many images shows a face.
  case noFaces(images: Int)
  /// Some images cannot be read; the others are done.
  case someFailed(Int, of: Int)
  /// Only Grad-CAM looks at a layer.
  case layerUnused(method: String)
}
