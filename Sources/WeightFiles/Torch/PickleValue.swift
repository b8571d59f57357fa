/// A value on the stack of a pickle. Flat: containers are numbers of places in the heap of `PickleMachine`, so that
/// sharing costs nothing and no nesting, however deep, is ever recursed into.
enum PickleValue {
  case none
  case bool(Bool)
  case integer(Int)
  case float(Double)
  case text(String)
  /// A list, tuple or dictionary.
  case container(Int)
  /// One of the few callables that are known.
  case global(PickleGlobal)
  /// The memory of tensors.
  case storage(TorchStorage)
  /// A tensor: a description, nothing is read yet.
  case tensor(TorchTensor)
  /// Something harmless that weights do not need: bytes, a NumPy scalar, a device.
  case opaque
}

/// What a heap place holds.
enum PickleContainer {
  case list([PickleValue])
  case tuple([PickleValue])
  /// Pairs in order of insertion.
  case dictionary([(key: PickleValue, value: PickleValue)])
}

/// Numbers in a file that tensors view.
struct TorchStorage: Hashable {
  /// PyTorch's name of the place.
  var key: String
  /// How each element is coded.
  var type: ElementType
  /// Elements.
  var count: Int
  /// First element of this view of the place (legacy files alone).
  var offset = 0
}

/// A view of a storage; extents, steps and offset are in elements.
struct TorchTensor {
  var storage: TorchStorage
  var offset: Int
  var shape: [Int]
  var strides: [Int]
}

/// The callables and constants that a pickle of weights may name. Nothing else is, and none is ever called:
/// each stands for what Mien builds in its place.
enum PickleGlobal: Hashable {
  case orderedDict
  case rebuildTensor
  case rebuildParameter
  case storage(ElementType)
  case size
  /// Builds something that weights do not need.
  case ignored

  /// What `module.name` stands for.
  /// - Throws: `WeightProblem.forbidden`.
  static func named(_ name: String) throws(WeightProblem) -> PickleGlobal {
    guard let global = table[name] else { throw .forbidden(global: name) }
    return global
  }

  private static let table: [String: PickleGlobal] = [
    "collections.OrderedDict": .orderedDict,
    "torch._utils._rebuild_tensor": .rebuildTensor,
    "torch._utils._rebuild_tensor_v2": .rebuildTensor,
    "torch._utils._rebuild_parameter": .rebuildParameter,
    "torch.Size": .size,
    "torch.DoubleStorage": .storage(.float64),
    "torch.FloatStorage": .storage(.float32),
    "torch.HalfStorage": .storage(.float16),
    "torch.BFloat16Storage": .storage(.bfloat16),
    "torch.LongStorage": .storage(.int64),
    "torch.IntStorage": .storage(.int32),
    "torch.ShortStorage": .storage(.int16),
    "torch.CharStorage": .storage(.int8),
    "torch.ByteStorage": .storage(.uint8),
    "torch.BoolStorage": .storage(.bool),
    "torch.device": .ignored,
    "numpy.core.multiarray.scalar": .ignored,
    "numpy._core.multiarray.scalar": .ignored,
    "numpy.dtype": .ignored,
    "_codecs.encode": .ignored,
  ]
}
