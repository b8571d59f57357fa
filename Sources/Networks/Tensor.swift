import Glibc

/// A parameter or buffer of a network: contiguous `Float` in PyTorch's order (convolution weights are
/// out x in/groups x height x width, linear weights out x in).
///
/// Invariant that makes it `Sendable`: once shared, a tensor is written only by the one owner of its network
/// (an optimiser step), never while an executor reads it. `owner` keeps the memory alive: an allocation or a mapped file.
public final class Tensor: @unchecked Sendable {
  /// Dimensions, outermost first; empty for a scalar.
  public let shape: [Int]
  /// The elements; valid for the life of the tensor. Mapped tensors are read-only memory.
  public let elements: UnsafeMutableBufferPointer<Float>
  private let owner: AnyObject?

  /// A zero-filled tensor with memory of its own (64-byte aligned).
  public init(shape: [Int]) {
    self.shape = shape
    let allocation = FloatAllocation(count: shape.reduce(1, *))
    owner = allocation
    elements = allocation.elements
  }

  /// A view of memory that `owner` keeps alive.
  public init(shape: [Int], viewing elements: UnsafeMutableBufferPointer<Float>, of owner: AnyObject) {
    precondition(elements.count == shape.reduce(1, *))
    self.shape = shape
    self.elements = elements
    self.owner = owner
  }

  /// A copy of `values`.
  public convenience init(shape: [Int], _ values: [Float]) {
    precondition(values.count == shape.reduce(1, *))
    self.init(shape: shape)
    _ = elements.update(fromContentsOf: values)
  }

  /// Number of elements.
  public var count: Int { elements.count }
}

/// Zero-filled, 64-byte aligned floats, freed with the object. `@unchecked Sendable` as `Tensor` is.
public final class FloatAllocation: @unchecked Sendable {
  /// The memory.
  public let elements: UnsafeMutableBufferPointer<Float>

  /// Memory for `count` floats, `scattered` where it is written here and there.
  public init(count: Int, scattered: Bool = false) {
    let raw = allocateForSpeed(bytes: max(count, 1) * 4, scattered: scattered && count > 100_000)
    elements = .init(start: raw.bindMemory(to: Float.self, capacity: max(count, 1)), count: count)
    elements.initialize(repeating: 0)
  }

  deinit { UnsafeMutableRawPointer(elements.baseAddress!).deallocate() }
}

/// In large pages where the system has them and they are filled, or are worth a part of one: transforms write to dozens of places in
/// turn, more than a processor has addresses of small pages at hand.
private func allocateForSpeed(bytes: Int, scattered: Bool) -> UnsafeMutableRawPointer {
  let page = 1 << 21
  guard scattered || bytes >= 2 * page else { return .allocate(byteCount: bytes, alignment: 64) }
  let whole = scattered ? (bytes + page - 1) / page * page : bytes
  let raw = UnsafeMutableRawPointer.allocate(byteCount: whole, alignment: page)
  madvise(raw, whole / page * page, MADV_HUGEPAGE)
  return raw
}

/// The parameters and buffers of a network by their PyTorch names (`layer1.0.conv1.weight`).
public typealias Weights = [String: Tensor]

/// Product of `dimensions`; nil where one is negative or the product (in bytes of the widest type) overflows.
package func elementCount(_ dimensions: [Int]) -> Int? {
  var count = 1
  for dimension in dimensions {
    let (product, overflow) = count.multipliedReportingOverflow(by: dimension)
    guard dimension >= 0, !overflow, product <= Int.max / 8 else { return nil }
    count = product
  }
  return count
}
