import Networks

/// Files that `torch.save` writes: a ZIP archive with a pickle and a member a storage (from 1.6 on), or the legacy
/// sequence of pickles and storages. Only tensors are taken from them; nothing in them is run.
enum TorchFile {
  static func isZip(_ raw: UnsafeRawBufferPointer) -> Bool {
    raw.count >= 4 && raw.loadUnaligned(as: UInt32.self) == 0x0403_4b50
  }

  /// Protocol 2 and later begin with `PROTO`; older pickles with one of a few operations, and all end with `STOP`.
  static func isPickle(_ raw: UnsafeRawBufferPointer) -> Bool {
    guard let first = raw.first, let last = raw.last else { return false }
    return first == 0x80 || last == 0x2e && "c(]})".utf8.contains(first)
  }

  /// Reads an archive: `NAME/data.pkl` and `NAME/data/KEY`.
  static func readZip(_ file: FileBytes) throws(WeightProblem) -> WeightFile {
    let archive = try ZipArchive(file)
    guard let path = archive.members.keys.filter({ $0.hasSuffix("data.pkl") }).min(),
      let place = archive.members[path]
    else { throw .malformed(part: "zip archive", detail: "no data.pkl") }
    var reader = ByteReader(UnsafeRawBufferPointer(rebasing: file.raw[place]), part: "pickle")
    let pickle = try PickleMachine.run(&reader)
    let folder = path.dropLast("data.pkl".count) + "data/"
    let storages = StorageReader(file: file) { archive.members[folder + $0] }
    return try WeightFile(weights: weights(of: pickle, storages))
  }

  /// The first pickle of a legacy file: a long number.
  private static let magic: [UInt8] = [
    0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19,
  ]

  /// Reads the legacy sequence: magic number, protocol, system, object, keys; then each storage, its length before it.
  static func readLegacy(_ file: FileBytes) throws(WeightProblem) -> WeightFile {
    var reader = ByteReader(file.raw, part: "pickle")
    _ = try PickleMachine.run(&reader)
    guard file.raw.starts(with: magic) else { throw .malformed(part: "pickle", detail: "not written by torch.save") }
    for _ in 0..<2 { _ = try PickleMachine.run(&reader) }
    let pickle = try PickleMachine.run(&reader)
    let keys = try PickleMachine.run(&reader)
    let places = try places(keys, pickle, &reader)
    return try WeightFile(weights: weights(of: pickle, StorageReader(file: file) { places[$0] }))
  }

  private static func places(
    _ keys: Pickle, _ pickle: Pickle, _ reader: inout ByteReader
  ) throws(WeightProblem) -> [String: Range<Int>] {
    let types = pickle.elementTypes()
    var places: [String: Range<Int>] = [:]
    for case .text(let key) in keys.items(keys.root) ?? [] {
      let count = try reader.length(UInt64.self)
      guard let type = types[key] else { throw .malformed(part: "storage \(key)", detail: "no tensor views it") }
      guard count <= Int.max / 8 else { throw .truncated(part: "storage \(key)") }
      let start = reader.offset
      _ = try reader.bytes(count * type.size)
      places[key] = start..<reader.offset
    }
    return places
  }

  private static func weights(of pickle: Pickle, _ storages: StorageReader) throws(WeightProblem) -> Weights {
    var storages = storages
    guard let tensors = pickle.stateDict() else {
      throw .malformed(part: "pickle", detail: "no dictionary of tensors")
    }
    var weights = Weights(minimumCapacity: tensors.count)
    for (name, tensor) in tensors { weights[name] = try storages.tensor(tensor, name: name) }
    return weights
  }
}

extension Pickle {
  /// Keys under which people save a `state_dict`, best first.
  private static let wrappers = ["net", "state_dict", "model_state_dict", "model", "network", "weights"]

  /// The tensors of the outermost dictionary that has any, or of the first wrapper that has.
  func stateDict() -> [(name: String, tensor: TorchTensor)]? {
    var open = [(value: root, depth: 0)]
    while let (value, depth) = open.popLast() {
      guard let entries = entries(value), depth < 4 else { continue }
      let tensors = entries.compactMap { key, value in
        if case .tensor(let tensor) = value { (name: key, tensor: tensor) } else { nil }
      }
      if !tensors.isEmpty { return tensors }
      open += Pickle.wrappers.reversed().compactMap { key in
        entries.last { $0.key == key }.map { ($0.value, depth + 1) }
      }
    }
    return nil
  }

  /// How the elements of each storage are coded.
  func elementTypes() -> [String: ElementType] {
    var types: [String: ElementType] = [:]
    for container in heap {
      let values =
        switch container {
        case .list(let items), .tuple(let items): items
        case .dictionary(let pairs): pairs.map(\.value)
        }
      for case .storage(let storage) in values { types[storage.key] = storage.type }
    }
    return types
  }
}
