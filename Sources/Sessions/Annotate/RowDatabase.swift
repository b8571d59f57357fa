import CSQLite
import Core
import Glibc
import Rows

/// Rows of many recordings in one SQLite file, and which recordings are done: `docs/archives.md` has the schema.
///
/// What is written is brought in about once a second; a kill loses no more, and the file stays sound (a write-ahead log). Several processes may
/// write into one file on one machine. From any thread.
final class RowDatabase: @unchecked Sendable {
  private let path: String
  private let lock = Locked(())
  private var handle: OpaquePointer?
  private var insert: OpaquePointer?
  private var isOpen = false
  private var begun = 0.0
  private let clock = SystemClock()
  private let classes: [Int?]
  /// Times of the recordings under way.
  private var clocks: [Int64: RecordingClock] = [:]
  private let settings: String

  /// Opens the file, or makes it.
  /// - Parameter settings: what the rows depend on besides the recordings: others are not taken for done.
  /// - Throws: `RowDatabaseError`.
  init(_ path: String, labels: LabelSet, settings: String) throws(RowDatabaseError) {
    (self.path, self.settings) = (path, settings)
    classes = LabelSet.ferPlus.names.map { labels.names.firstIndex(of: $0) }
    guard sqlite3_open(path, &handle) == SQLITE_OK else { throw problem() }
    sqlite3_busy_timeout(handle, 30_000)
    try run(Self.schema)
    insert = try prepare(
      "INSERT OR REPLACE INTO rows VALUES (\([String](repeating: "?", count: 21).joined(separator: ",")))")
  }

  deinit {
    sqlite3_finalize(insert)
    sqlite3_close(handle)
  }

  private static let schema = """
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    CREATE TABLE IF NOT EXISTS recordings (
      id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, content TEXT, settings TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('running', 'done', 'failed')), failure TEXT, frames INTEGER NOT NULL DEFAULT 0,
      seconds REAL NOT NULL DEFAULT 0);
    CREATE TABLE IF NOT EXISTS rows (
      recording INTEGER NOT NULL REFERENCES recordings (id), frame INTEGER NOT NULL, time REAL NOT NULL, track INTEGER NOT NULL,
      x REAL, y REAL, w REAL, h REAL, score REAL, source TEXT, expression TEXT, confidence REAL,
      \(LabelSet.ferPlus.names.map { "\($0) REAL" }.joined(separator: ", ")), reason TEXT,
      PRIMARY KEY (recording, frame, track)) WITHOUT ROWID;
    """

  /// Whether the recording was done by these settings, and its bytes are what they were.
  func isDone(_ name: String, content: String?) throws(RowDatabaseError) -> Bool {
    guard let content else { return false }
    return try locked { () throws(RowDatabaseError) in
      let query = try prepare(
        "SELECT 1 FROM recordings WHERE name = ? AND content = ? AND settings = ? AND state = 'done'")
      defer { sqlite3_finalize(query) }
      bind(query, [name, content, settings])
      return sqlite3_step(query) == SQLITE_ROW
    }
  }

  /// Begins a recording anew; gives its number.
  func begin(_ name: String, content: String?) throws(RowDatabaseError) -> Int64 {
    try locked { () throws(RowDatabaseError) in
      let entry = try prepare(
        """
        INSERT INTO recordings (name, content, settings, state) VALUES (?, ?, ?, 'running')
        ON CONFLICT (name) DO UPDATE SET content = excluded.content, settings = excluded.settings, state = 'running',
        failure = NULL, frames = 0, seconds = 0 RETURNING id
        """)
      bind(entry, [name, content, settings])
      let status = sqlite3_step(entry)
      let id = sqlite3_column_int64(entry, 0)
      sqlite3_finalize(entry)
      guard status == SQLITE_ROW else { throw problem() }
      try run("DELETE FROM rows WHERE recording = \(id)")
      return id
    }
  }

  /// Adds what one frame says.
  /// - Parameter hasRow: false: the frame counts and no more.
  func add(_ result: FrameResult, hasRow: Bool, of recording: Int64) throws(RowDatabaseError) {
    try locked { () throws(RowDatabaseError) in
      clocks[recording, default: RecordingClock(name: nil, start: result.time)].add(result.time)
      guard hasRow else { return }
      try openTransaction()
      for face in result.faces {
        bind(face, result, recording)
        guard sqlite3_step(insert) == SQLITE_DONE else { throw problem() }
        sqlite3_reset(insert)
      }
      if clock.now() - begun > 1 { try closeTransaction() }
    }
  }

  /// Ends a recording: done, or failed for the reason given.
  func end(_ recording: Int64, failure: String?) throws(RowDatabaseError) {
    try locked { () throws(RowDatabaseError) in
      let times = clocks.removeValue(forKey: recording)?.recording
      let (frames, seconds) = failure == nil ? (times?.frames ?? 0, times?.duration ?? 0) : (0, 0)
      let entry = try prepare(
        "UPDATE recordings SET state = ?, failure = ?, frames = \(frames), seconds = \(seconds) WHERE id = \(recording)"
      )
      bind(entry, [failure == nil ? "done" : "failed", failure])
      let status = sqlite3_step(entry)
      sqlite3_finalize(entry)
      guard status == SQLITE_DONE else { throw problem() }
      try closeTransaction()
    }
  }

  /// Brings in what was added.
  func flush() throws(RowDatabaseError) { try locked { () throws(RowDatabaseError) in try closeTransaction() } }
}

/// With the lock held.
extension RowDatabase {
  private func locked<Value>(_ body: () throws(RowDatabaseError) -> Value) throws(RowDatabaseError) -> Value {
    try lock.withLock { _ in Result { () throws(RowDatabaseError) in try body() } }.get()
  }

  private func openTransaction() throws(RowDatabaseError) {
    guard !isOpen else { return }
    try run("BEGIN IMMEDIATE")
    (isOpen, begun) = (true, clock.now())
  }

  private func closeTransaction() throws(RowDatabaseError) {
    guard isOpen else { return }
    isOpen = false
    try run("COMMIT")
  }

  private func run(_ text: String) throws(RowDatabaseError) {
    guard sqlite3_exec(handle, text, nil, nil, nil) == SQLITE_OK else { throw problem() }
  }

  private func prepare(_ text: String) throws(RowDatabaseError) -> OpaquePointer? {
    var statement: OpaquePointer?
    guard sqlite3_prepare_v2(handle, text, -1, &statement, nil) == SQLITE_OK else { throw problem() }
    return statement
  }

  private func problem() -> RowDatabaseError {
    .failed(path, detail: handle.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory")
  }

  private func bind(_ statement: OpaquePointer?, _ texts: [String?]) {
    for (place, text) in texts.enumerated() { bind(statement, Int32(place + 1), text) }
  }

  private func bind(_ statement: OpaquePointer?, _ place: Int32, _ text: String?) {
    guard let text else { return _ = sqlite3_bind_null(statement, place) }
    sqlite3_bind_text(statement, place, text, -1, SQLiteCopies())
  }

  /// As rows of text have it, so that rows that were taken up from there are the same.
  private func bind(_ statement: OpaquePointer?, _ place: Int32, _ number: Double, _ scale: Double) {
    sqlite3_bind_double(statement, place, (number * scale).rounded() / scale)
  }

  private func bind(_ face: FaceResult, _ result: FrameResult, _ recording: Int64) {
    sqlite3_bind_int64(insert, 1, recording)
    sqlite3_bind_int64(insert, 2, Int64(result.frame))
    bind(insert, 3, result.time, 1e6)
    sqlite3_bind_int64(insert, 4, Int64(face.track))
    let sides = [face.box.x, face.box.y, face.box.width, face.box.height]
    for (place, number) in sides.enumerated() { bind(insert, Int32(5 + place), number, 10) }
    bind(insert, 9, face.score, 1e4)
    bind(insert, 10, face.source.rawValue)
    bind(insert, 11, face.expression ?? "uncertain")
    bind(insert, 12, face.confidence, 1e4)
    for (place, index) in classes.enumerated() {
      let column = Int32(13 + place)
      if let index { bind(insert, column, face.probabilities[index], 1e4) } else { sqlite3_bind_null(insert, column) }
    }
    bind(insert, 21, face.reason?.rawValue)
  }
}

/// What tells a recording from another of its name.
enum RecordingContent {
  private static let piece = 1 << 20

  /// Size and a digest of beginning and end; nil of what is no file.
  static func mark(of path: String) -> String? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    let head = bytes(of: file, at: 0)
    let tail = bytes(of: file, at: max(0, Int(status.st_size) - piece))
    return "\(status.st_size)-\(String(Digest.fnv1a(head + tail), radix: 16))"
  }

  private static func bytes(of file: Int32, at offset: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: piece) { buffer, count in
      count = max(pread(file, buffer.baseAddress, piece, offset), 0)
    }
  }
}

/// Why rows cannot be written into a database.
public enum RowDatabaseError: Error, Hashable, Sendable {
  /// What SQLite says.
  case failed(String, detail: String)
}
