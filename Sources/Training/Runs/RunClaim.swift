import Foundation

/// How a run begins.
public enum RunStart: Sendable {
  /// In a folder without a run.
  case anew
  /// In place of the run that is there.
  case replacing
  /// From the checkpoint that is there.
  case resuming
}

/// A run's folder, which one process holds at a time: nothing in it is overwritten unasked. Held until it is released.
public final class RunClaim {
  private let folder: RunFolder
  private let start: RunStart
  private let lock: FolderLock

  /// Refuses a run that cannot begin, before any work is done.
  /// - Throws: `RunError.runExists`, `.runInUse`.
  public static func check(_ configuration: TrainingConfiguration, _ start: RunStart) throws(RunError) {
    let folder = RunFolder(configuration)
    _ = try FolderLock(folder.checkpoints)
    try folder.check(start)
  }

  /// Makes the folder of `configuration`'s run and takes it.
  /// - Throws: `RunError.runExists`, `.runInUse`, `.uncreatable`.
  public init(_ configuration: TrainingConfiguration, _ start: RunStart) throws(RunError) {
    (folder, self.start) = (RunFolder(configuration), start)
    try folder.make()
    lock = try FolderLock(folder.checkpoints)
    try folder.check(start)
  }

  /// A run that never began leaves no empty folder.
  deinit { rmdir(folder.checkpoints) }

  /// Removes the run that is to be replaced, its curves with it: two runs in one diagram are a zigzag.
  public func clear() {
    guard start == .replacing else { return }
    for file in folder.files + EventWriter.files(in: folder.logs) { unlink(file) }
  }
}

/// Keeps other processes out of a folder, without a file in it. A folder that is not there, or that its file system cannot
/// lock, is not kept.
private final class FolderLock {
  private let descriptor: Int32

  init(_ path: String) throws(RunError) {
    descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor < 0 || flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK else {
      throw .runInUse(folder: path)
    }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }
}

extension RunFolder {
  /// All files of a run but its curves.
  var files: [String] { [best, last, record] }

  fileprivate func check(_ start: RunStart) throws(RunError) {
    guard start == .anew, [best, last].contains(where: FileManager.default.fileExists) else { return }
    throw .runExists(folder: checkpoints)
  }
}
