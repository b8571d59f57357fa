import Foundation

/// How much memory the values of one network may take: half of what this machine or, where that is less, this process
/// may have. A graph that needs more is refused before anything is asked for.
enum MemoryBudget {
  /// Floats.
  static let floats = bytes / 4

  private static let bytes: Int = {
    let pages = sysconf(Int32(_SC_PHYS_PAGES)).multipliedReportingOverflow(by: sysconf(Int32(_SC_PAGESIZE)))
    let machine = pages.overflow || pages.partialValue <= 0 ? Int.max : pages.partialValue
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0 else { return machine / 2 }
    return min(machine, Int(clamping: limit.rlim_cur)) / 2
  }()
}
