import Foundation

/// The largest resident set that the process has had, from the kernel.
package func peakResidentBytes() -> Int { statusBytes("VmHWM:") }

/// A line of `/proc/self/status` that counts in kilobytes.
private func statusBytes(_ key: String) -> Int {
  let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
  let line = status.split(separator: "\n").first { $0.hasPrefix(key) } ?? ""
  return (line.split(whereSeparator: { $0 == " " || $0 == "\t" }).compactMap { Int($0) }.first ?? 0) * 1024
}

/// Processor time of this process, all threads together.
package func processorSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

/// The resident set now, from the kernel.
package func residentBytes() -> Int { statusBytes("VmRSS:") }

/// Processor cores that this program may run on.
package func processorCount() -> Int { max(1, ProcessInfo.processInfo.activeProcessorCount) }
