import Foundation

/// Files that keys of the window ask for: in the current folder, or where that takes none, in the user's folder of frames.
public enum Keepsake {
  /// Has `write` make a file whose name has that ending; gives its name.
  /// - Throws: what the last folder said.
  public static func write(_ ending: String, _ write: (String) throws -> Void) throws -> String {
    let name = timedName(ending)
    do {
      try write(name)
      return name
    } catch  where frames != nil {
      let name = timedName(ending, in: frames!)
      try write(name)
      return name
    }
  }

  /// The user's folder of frames, as desktops agree on it (xdg-user-dirs); made where it is not there.
  static let frames: String? = {
    let variables = ProcessInfo.processInfo.environment
    guard let home = variables["HOME"], home.hasPrefix("/") else { return nil }
    let settings = variables["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? home + "/.config"
    let named = variables["XDG_PICTURES_DIR"] ?? line("XDG_PICTURES_DIR", of: settings + "/user-dirs.dirs")
    let folder = (named ?? "$HOME/Pictures").replacing("$HOME", with: home)
    let isMade: Void? = try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    return folder.hasPrefix("/") && isMade != nil ? folder : nil
  }()

  /// The value of `NAME="…"` in a file of such lines.
  private static func line(_ name: String, of file: String) -> String? {
    let lines = (try? String(contentsOfFile: file, encoding: .utf8))?.split(separator: "\n") ?? []
    let value = lines.last { $0.hasPrefix(name + "=") }?.dropFirst(name.count + 1)
    return value.map { $0.trimmingCharacters(in: CharacterSet(charactersIn: "\" ")) }
  }
}

/// A name in `folder` that is not taken yet: `mien-20260131-235959.png`.
func timedName(_ ending: String, in folder: String? = nil, now: Date = Date()) -> String {
  let format = DateFormatter()
  format.locale = Locale(identifier: "en_US_POSIX")
  format.dateFormat = "yyyyMMdd-HHmmss"
  let stem = (folder.map { $0 + "/" } ?? "") + "mien-\(format.string(from: now))"
  let names = sequence(first: 1) { $0 + 1 }.lazy.map { $0 == 1 ? "\(stem).\(ending)" : "\(stem)-\($0).\(ending)" }
  return names.first { !FileManager.default.fileExists(atPath: $0) }!
}
