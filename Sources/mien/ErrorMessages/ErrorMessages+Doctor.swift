extension DoctorError: Explained {
  var sentence: String {
    switch self {
    case .broken(let count):
      "\(count == 1 ? "One thing keeps" : "\(count) things keep") Mien from working: see the lines that begin with NO."
    }
  }
}
