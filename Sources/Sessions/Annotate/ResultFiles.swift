import Core
import Rows

/// Files of results: of a whole run, or of one recording of it.
struct ResultFiles {
  var rows: [(format: RowFormat, path: String)]
  var documents: [(document: ResultDocument, path: String)]

  /// Names of all files; standard output is none.
  var paths: [String] { rows.map(\.path).filter { $0 != "-" } + documents.map(\.path) }
  var isEmpty: Bool { rows.isEmpty && documents.isEmpty }

  /// The rows that a later run can take up: those of the format that says most.
  var kept: KeptRows? {
    rows.lazy.filter { $0.path != "-" }.compactMap { KeptRows($0.format, $0.path) }.first
  }

  /// Those of the whole run.
  var ofRun: ResultFiles {
    ResultFiles(
      rows: rows.filter { !RecordingNames.isForEach($0.path) },
      documents: documents.filter { !RecordingNames.isForEach($0.path) })
  }

  /// Those of the recording that is called `name`.
  func ofRecording(_ name: String) -> ResultFiles {
    ResultFiles(
      rows: rows.filter { RecordingNames.isForEach($0.path) }.map {
        ($0.format, RecordingNames.path($0.path, name, ending: "." + $0.format.name))
      },
      documents: documents.filter { RecordingNames.isForEach($0.path) }.map {
        ($0.document, RecordingNames.path($0.path, name, ending: $0.document.usualEnding ?? ""))
      })
  }
}

/// Names that stand for a file for each recording: a folder, or a name with `%n` in it.
enum RecordingNames {
  /// Whether `path` is such a name.
  static func isForEach(_ path: String) -> Bool {
    path.contains("%n") || path.hasSuffix("/") || FileName.isFolder(path)
  }

  /// The file of the recording `name`; in a folder it has `ending`.
  static func path(_ path: String, _ name: String, ending: String) -> String {
    if path.contains("%n") { return path.replacing("%n", with: name) }
    return FileName.asFolder(path) + name + ending
  }
}
