import Glibc

/// The target that `FUZZ_TARGET` names.
nonisolated(unsafe) private let target: ([UInt8]) throws -> Void = {
  let name = getenv("FUZZ_TARGET").map { String(cString: $0) } ?? ""
  guard let target = targets[name] else {
    fputs("FUZZ_TARGET is one of \(targets.keys.sorted().joined(separator: " "))\n", stderr)
    exit(2)
  }
  return target
}()

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
  try? target(Array(UnsafeBufferPointer(start: data, count: size)))
  return 0
}
