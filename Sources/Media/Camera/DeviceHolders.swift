import Foundation
import Glibc

/// Who has a device open, and who may.
enum DeviceHolders {
  /// Programs besides this one that hold the node at `path` open, as far as this user may see.
  static func find(_ path: String) -> [DeviceHolder] {
    guard let device = number(path) else { return [] }
    let processes = names("/proc").compactMap { Int($0) }.filter { $0 != Int(getpid()) }
    return processes.filter { holds(device, process: $0) }.map { DeviceHolder(process: $0, name: programName($0)) }
  }

  /// The name of the group that owns the node.
  static func group(_ path: String) -> String? {
    var status = stat()
    guard stat(path, &status) == 0, let group = getgrgid(status.st_gid) else { return nil }
    return String(cString: group.pointee.gr_name)
  }

  private static func holds(_ device: dev_t, process: Int) -> Bool {
    let folder = "/proc/\(process)/fd"
    return names(folder).contains { number("\(folder)/\($0)") == device }
  }

  /// The number of the character device behind a name.
  private static func number(_ path: String) -> dev_t? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFCHR else { return nil }
    return status.st_rdev
  }

  private static func names(_ folder: String) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
  }

  private static func programName(_ process: Int) -> String {
    let text = try? String(contentsOfFile: "/proc/\(process)/comm", encoding: .utf8)
    return text?.trimmingCharacters(in: .whitespacesAndNewlines) ?? "?"
  }
}
