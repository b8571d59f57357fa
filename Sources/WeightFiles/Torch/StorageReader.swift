import Networks

/// Makes tensors of storages in a file: contiguous, aligned `Float` are views of it, all else is copied.
struct StorageReader {
  /// The file.
  let file: FileBytes
  /// Where the bytes of a storage are.
  let place: (String) -> Range<Int>?
  /// Bytes that may still be copied: views of views of one storage must not multiply.
  private var budget: Int

  init(file: FileBytes, place: @escaping (String) -> Range<Int>?) {
    self.file = file
    self.place = place
    budget = StorageReader.copyLimit(file)
  }

  private static func copyLimit(_ file: FileBytes) -> Int { 8 * file.raw.count + (16 << 20) }

  /// The tensor `name` that `view` describes.
  mutating func tensor(_ view: TorchTensor, name: String) throws(WeightProblem) -> Tensor {
    let bytes = try elements(of: view.storage, name: name)
    let available = bytes.count / view.storage.type.size
    guard let count = elementCount(view.shape), view.strides.count == view.shape.count, view.offset >= 0,
      count <= available, let last = StorageReader.last(view), last < available || count == 0
    else { throw .malformed(part: name, detail: "reaches beyond its storage") }
    let isContiguous = count <= 1 || view.strides == StorageReader.contiguous(view.shape)
    if !isContiguous || view.storage.type != .float32 || Int(bitPattern: bytes.baseAddress) % 4 != 0 {
      try spend(count * 4)
    }
    guard !isContiguous else {
      let size = view.storage.type.size
      let start = count == 0 ? 0 : view.offset * size
      let part = UnsafeRawBufferPointer(rebasing: bytes[start..<(start + count * size)])
      return Tensor(shape: view.shape, view.storage.type, in: part, of: file)
    }
    return gathered(view, bytes, count)
  }

  private mutating func spend(_ bytes: Int) throws(WeightProblem) {
    budget -= bytes
    guard budget >= 0 else { throw .bomb(resource: "bytes of copied tensors", limit: StorageReader.copyLimit(file)) }
  }

  private func elements(of storage: TorchStorage, name: String) throws(WeightProblem) -> UnsafeRawBufferPointer {
    guard let range = place(storage.key) else {
      throw .malformed(part: name, detail: "its storage \(storage.key) is not there")
    }
    let size = storage.type.size
    guard storage.count <= Int.max / 16, storage.offset <= Int.max / 16,
      (storage.offset + storage.count) * size <= range.count
    else { throw .truncated(part: "storage \(storage.key)") }
    return try file.slice(
      range.lowerBound + storage.offset * size, storage.count * size, part: "storage \(storage.key)")
  }

  private func gathered(_ view: TorchTensor, _ bytes: UnsafeRawBufferPointer, _ count: Int) -> Tensor {
    let tensor = Tensor(shape: view.shape)
    var index = [Int](repeating: 0, count: view.shape.count)
    var at = view.offset
    for element in 0..<count {
      tensor.elements[element] = view.storage.type.load(bytes, at)
      for axis in view.shape.indices.reversed() {
        index[axis] += 1
        at += view.strides[axis]
        guard index[axis] == view.shape[axis] else { break }
        at -= view.strides[axis] * view.shape[axis]
        index[axis] = 0
      }
    }
    return tensor
  }

  /// The largest index that `view` touches; nil where a stride is negative or the index overflows.
  private static func last(_ view: TorchTensor) -> Int? {
    var last = view.offset
    for (extent, step) in zip(view.shape, view.strides) where extent > 0 {
      let (reach, overflow) = (extent - 1).multipliedReportingOverflow(by: step)
      let (sum, tooFar) = last.addingReportingOverflow(reach)
      guard step >= 0, !overflow, !tooFar, step < Int.max / 2, sum < Int.max / 8 else { return nil }
      last = sum
    }
    return last
  }

  private static func contiguous(_ shape: [Int]) -> [Int] {
    var strides = shape
    var step = 1
    for axis in shape.indices.reversed() {
      strides[axis] = step
      step *= max(shape[axis], 1)
    }
    return strides
  }
}
