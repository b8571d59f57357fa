import Glibc

/// The target that `FUZZ_TARGET` names.
private let target = getenv("FUZZ_TARGET").flatMap { targets[String(cString: $0)] }

/// What libFuzzer calls with each input.
private let fuzzOneInput: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32 = { data, size in
  try? target?(Array(UnsafeBufferPointer(start: data, count: size)))
  return 0
}

@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
  _ count: UnsafeMutablePointer<Int32>,
  _ words: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

/// Where the package manager has an executable begin.
@_cdecl("fuzz_main")
public func fuzzMain(_ count: Int32, _ words: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Int32 {
  guard target != nil else {
    print("FUZZ_TARGET is one of \(targets.keys.sorted().joined(separator: " "))")
    return 2
  }
  var (count, words) = (count, words)
  return runFuzzer(&count, &words, fuzzOneInput)
}
