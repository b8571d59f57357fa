import Kernels
import Synchronization

/// A network's parameters as kernels read them, shared by executors of the same network with the same weights, whatever their
/// input's extent: packing takes time, and each copy memory (Winograd's is up to seven times as large as the weights).
public final class PackedParameters: Sendable {
  private struct Key: Hashable {
    let node: Int
    let kernel: String
    let instructions: InstructionSet
    let floats: Int
  }

  private let known = Mutex<[Key: FloatAllocation]>([:])

  /// None yet.
  public init() {}

  /// Those of `node` for `kernel`: `floats` numbers that `pack` writes where no executor had them before.
  func parameters(
    node: Int, kernel: String, _ instructions: InstructionSet, floats: Int,
    _ pack: (UnsafeMutablePointer<Float>) -> Void
  ) -> FloatAllocation {
    known.withLock { known in
      let key = Key(node: node, kernel: kernel, instructions: instructions, floats: floats)
      if let packed = known[key] { return packed }
      let packed = FloatAllocation(count: floats)
      pack(packed.elements.baseAddress!)
      known[key] = packed
      return packed
    }
  }
}
