import Training

/// What people should know of how data sets were read, on standard error.
enum DataNotes {
  /// Says each note once.
  static func show(_ sets: FaceDataSet...) {
    var said: Set<DataNote> = []
    for note in sets.flatMap(\.notes) where said.insert(note).inserted {
      Terminal.printToStandardError("mien: \(sentence(for: note))\n")
    }
  }
}
