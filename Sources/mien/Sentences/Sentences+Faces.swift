import Evaluation

extension FaceBoxesError: Explained {
  var sentence: String {
    switch self {
    case .noBoxes(let folder): "\(quoted(folder)) has no boxes.csv: give the folder of a data set of faces."
    case .header(let path): "\(quoted(path)) does not begin with the columns image,x,y,w,h."
    case .malformed(let path, let line):
      "Line \(line) of \(quoted(path)) is not a picture's name and a box of four numbers."
    }
  }
}
