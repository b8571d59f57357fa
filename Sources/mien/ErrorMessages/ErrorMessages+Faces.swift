import Faces
import Training

extension FaceBoxesError: Explained {
  var sentence: String {
    switch self {
    case .noBoxes(let folder): "\(quoted(folder)) has no boxes.csv: give the folder of a data set of faces."
    case .header(let path, let expected):
      "\(quoted(path)) does not begin with the columns \(expected.joined(separator: ","))."
    case .malformed(let path, let line, let numbers):
      "Line \(line) of \(quoted(path)) is not an image's name and \(numbers) numbers, or its box is empty."
    }
  }
}

extension DetectorFileError: Explained {
  var sentence: String {
    switch self {
    case .badMetadata(let file, let key, let value):
      "\(quoted(file)) is no face detector of Mien's: it says \(value.map(quoted) ?? "nothing") of \(quoted(key))."
    }
  }
}
