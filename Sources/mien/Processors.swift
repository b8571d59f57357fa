import Foundation

/// Processor cores that this program may run on.
func processorCount() -> Int { max(1, ProcessInfo.processInfo.activeProcessorCount) }
