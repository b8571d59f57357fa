import CCPU
@_exported public import KernelTypes
import WideLoops

/// The instruction sets that the inner loops are compiled for. Results are the same to the bit with each.
public enum InstructionSet: CaseIterable, Sendable {
  /// AVX2 and FMA (x86-64-v3); on other processors what every one of their kind has.
  case base
  /// AVX-512 (x86-64-v4).
  case wide

  /// Its name, as `MIEN_CPU` takes it.
  public var name: String {
    #if arch(x86_64)
      self == .wide ? "x86-64-v4" : "x86-64-v3"
    #elseif arch(arm64)
      "aarch64"
    #else
      "generic"
    #endif
  }

  /// Those that this processor has.
  public static var usable: [InstructionSet] { mien_has_avx512() ? allCases : [.base] }

  /// The widest that this processor has, or what `MIEN_CPU` asks for (`cpu_check.c` has looked at it).
  public static let chosen: InstructionSet = mien_uses_avx512() ? .wide : .base

  /// Its inner loops.
  var loops: any InnerLoops.Type { self == .wide ? WideLoops.VectorLoops.self : VectorLoops.self }
  /// Floats of a vector.
  var lanes: Int { self == .wide ? 16 : 8 }
  /// Rows of the largest register tile.
  var tileRows: Int { self == .wide ? 8 : 6 }
}

extension InnerLoops {
  /// Columns of a register tile: two vectors.
  static var panelWidth: Int { 2 * lanes }
}
