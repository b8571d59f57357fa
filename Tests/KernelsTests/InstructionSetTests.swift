import Foundation
import Kernels
import TestSupport
import Testing

/// What the build made of the inner loops for wide vectors.
private let wideObjects = TestData.packageRoot.appendingPathComponent(".build/release/WideLoops.build")

@Suite struct InstructionSetTests {
  /// A function that several modules hold, as a generic one of the standard library, is in the program once: with AVX-512 in it, the
  /// program would die on processors without. So only functions of the module's own may use it.
  @Test(.enabled(if: FileManager.default.fileExists(atPath: wideObjects.path), "skipped: no release build"))
  func onlyOwnFunctionsAreWide() throws {
    #if arch(x86_64)
      let objects = try FileManager.default.contentsOfDirectory(atPath: wideObjects.path).filter { $0.hasSuffix(".o") }
      let listing = try Tool.run(
        "/usr/bin/objdump", ["-d", "--no-show-raw-insn"] + objects.map { "\(wideObjects.path)/\($0)" })
      try #require(listing.status == 0, "\(listing.errors)")
      let wide = wideFunctions(listing.text)
      #expect(wide.count > 20, "the loops are not built for AVX-512")
      #expect(wide.filter { !$0.contains("9WideLoops") } == [])
    #endif
  }

  /// Names of the functions of a disassembly that hold registers which only AVX-512 has.
  private func wideFunctions(_ listing: String) -> Set<Substring> {
    var (found, name): (Set<Substring>, Substring) = ([], "")
    for line in listing.utf8.split(separator: 10).map({ Substring($0) }) {
      if line.hasSuffix(">:") {
        name = line.drop { $0 != "<" }.dropFirst().dropLast(2)
      } else if usesWideRegister(line) {
        found.insert(name)
      }
    }
    return found
  }

  private func usesWideRegister(_ line: Substring) -> Bool {
    line.contains("%zmm") || line.contains("%k") || line.contains("{1to")
      || ["%xmm", "%ymm"].contains { line.contains("\($0)16") || line.contains("\($0)2") || line.contains("\($0)3") }
  }
}
