import Foundation

/// Lines of a file, one at a time.
final class LineFile {
  private let file: UnsafeMutablePointer<FILE>
  private var line: UnsafeMutablePointer<CChar>?
  private var capacity = 0
  /// Lines read so far.
  private(set) var count = 0

  /// Begins at byte `offset`, where a line begins.
  init(_ path: String, offset: Int) throws(RowError) {
    guard let file = fopen(path, "re"), fseek(file, offset, SEEK_SET) == 0 else {
      throw .unreadable(path, errno: errno)
    }
    self.file = file
  }

  deinit {
    free(line)
    fclose(file)
  }

  /// Where the next line begins, in bytes.
  var offset: Int { ftell(file) }

  /// The bytes of the next line that has an end, which is not among them; they are valid until the next call.
  func next() -> UnsafeRawBufferPointer? {
    let length = getline(&line, &capacity, file)
    guard length > 0, let line, line[length - 1] == 10 else { return nil }
    count += 1
    return UnsafeRawBufferPointer(start: line, count: length - 1)
  }
}
