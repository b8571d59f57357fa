import Foundation
import TestSupport
import Testing
import WeightFiles

private let hasTorch = Python.has("torch")

/// Saves tensors of every kind in each way that people save them, and prints what they hold.
private let saving = """
  import collections, json, sys, torch
  torch.manual_seed(1)
  base = torch.randn(4, 6)
  state = collections.OrderedDict(
    plain=torch.randn(3, 4), half=torch.randn(5).half(), bfloat=torch.randn(5).bfloat16(), double=torch.randn(2, 2).double(),
    long=torch.tensor([-3, 1 << 40]), byte=torch.tensor([0, 255], dtype=torch.uint8), scalar=torch.tensor(7),
    transposed=base.t(), sliced=base[1:3, ::2], shared=base[2], expanded=torch.randn(4, 1)[:, 0:1].expand(4, 1),
    empty=torch.zeros(0, 3), parameter=torch.nn.Parameter(torch.randn(2, 3, 1, 1).contiguous(memory_format=torch.channels_last)))
  state["weird name.é"] = torch.ones(1)
  module = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), torch.nn.BatchNorm2d(2))
  folder = sys.argv[1]
  expected = {}
  def save(name, value, tensors, zip=True):
    torch.save(value, f"{folder}/{name}", _use_new_zipfile_serialization=zip)
    expected[name] = {k: [list(v.shape), v.detach().double().flatten().tolist()] for k, v in tensors.items()}
  for zip in (True, False):
    kind = "zip" if zip else "legacy"
    save(f"{kind}.pth", state, state, zip)
    save(f"{kind}-net.pth", {"best": 0.5, "net": state, "step": 1, "lr": [0.1] * 3000}, state, zip)
    save(f"{kind}-wrapped.pth", {"epoch": 3, "args": ("a", None), "state_dict": {"x": torch.ones(1)}}, {"x": torch.ones(1)}, zip)
    save(f"{kind}-module.pth", {"model": module.state_dict(), "optimizer": {"state": {0: state["plain"]}}}, module.state_dict(), zip)
    save(f"{kind}-deep.pth", {"model": {"state_dict": dict(state)}}, state, zip)
  import numpy
  save("numpy.pth", {"acc": numpy.float64(0.5), "net": state}, state)
  json.dump(expected, sys.stdout)
  """

/// A tensor as the script prints it.
private struct Expected: Decodable {
  var shape: [Int]
  var values: [Double]

  init(from decoder: any Decoder) throws {
    var container = try decoder.unkeyedContainer()
    shape = try container.decode([Int].self)
    values = try container.decode([Double].self)
  }
}

@Test(.enabled(if: hasTorch, Comment(rawValue: Python.missing("torch"))))
func everyWayOfSavingReadsBack() throws {
  let scratch = try Scratch()
  let files = try JSONDecoder().decode(
    [String: [String: Expected]].self, from: Python.run(saving, scratch.folder.path))
  #expect(files.count == 11)
  for (file, tensors) in files {
    let weights = try WeightFile(path: scratch.path(file)).weights
    #expect(Set(weights.keys) == Set(tensors.keys), "\(file)")
    for (name, expected) in tensors {
      #expect(weights[name]?.shape == expected.shape, "\(file) \(name)")
      #expect(weights[name].map { Array($0.elements) } == expected.values.map { Float($0) }, "\(file) \(name)")
    }
  }
}

/// Pickles that would do harm, each made by Python's own pickler or by hand.
private let hostile = """
  import os, pickle, sys, io, zipfile, torch
  folder = sys.argv[1]
  def write(name, data): open(f"{folder}/{name}", "wb").write(data)
  class System:
    def __reduce__(self): return (os.system, (f"touch {folder}/harmed",))
  class Eval:
    def __reduce__(self): return (eval, (f"open('{folder}/harmed', 'w')",))
  for protocol in range(5): write(f"system{protocol}.pth", pickle.dumps({"net": System()}, protocol))
  write("classic.pth", b"cos\\nsystem\\n(S'touch " + folder.encode() + b"/harmed'\\ntR.")
  write("instance.pth", b"\\x80\\x02(S'touch x'\\nios\\nsystem\\n.")
  torch.save({"net": System()}, f"{folder}/system-zip.pth")
  torch.save({"net": Eval()}, f"{folder}/eval-zip.pth")
  torch.save({"net": System()}, f"{folder}/system-legacy.pth", _use_new_zipfile_serialization=False)
  torch.save(torch.nn.Linear(2, 2), f"{folder}/object.pth")
  loop = {}; loop["net"] = loop
  torch.save(loop, f"{folder}/cycle.pth")
  ring = []; ring.append((ring,))
  torch.save({"net": {"x": torch.ones(1)}, "ring": ring}, f"{folder}/ring.pth")
  laughs = ["ha"] * 10
  for _ in range(60): laughs = [laughs] * 10
  torch.save(laughs, f"{folder}/laughs.pth")
  def archive(name, data):
    with zipfile.ZipFile(f"{folder}/{name}", "w") as z: z.writestr("x/data.pkl", data)
  many = pickle.dumps(list(range(1000)), 2)[:-1]
  archive("dictionaries.pth", b"\\x80\\x02]q\\x00(" + b"]K\\x00aK\\x00a" * 90000 + b"e" + b"ccollections\\nOrderedDict\\nh\\x00\\x85R" * 90000 + b".")
  archive("marks.pth", b"\\x80\\x02" + b"(" * 3000000 + b".")
  archive("deep.pth", b"\\x80\\x02)" + b"\\x85" * 900000 + b".")
  archive("string.pth", b"\\x80\\x04\\x8d" + b"\\xff" * 7 + b"\\x7f" + b".")
  archive("memo.pth", b"\\x80\\x02Nr\\xff\\xff\\xff\\xff.")
  storage = b"(X\\x07\\x00\\x00\\x00storagectorch\\nFloatStorage\\nX\\x01\\x00\\x00\\x000X\\x03\\x00\\x00\\x00cpu"
  def view(count, offset, shape, strides):
    t = lambda v: b"(" + b"".join(b"\\x8a\\x08" + i.to_bytes(8, "little", signed=True) for i in v) + b"t"
    return (b"\\x80\\x02}X\\x01\\x00\\x00\\x00wctorch._utils\\n_rebuild_tensor_v2\\n(" + storage + b"\\x8a\\x08" + count.to_bytes(8, "little", signed=True) +
      b"tQ\\x8a\\x08" + offset.to_bytes(8, "little", signed=True) + t(shape) + t(strides) + b"\\x89NtRs.")
  def tensor(name, *arguments):
    with zipfile.ZipFile(f"{folder}/{name}", "w") as z:
      z.writestr("x/data.pkl", view(*arguments)); z.writestr("x/data/0", bytes(64))
  big = (1 << 62) - 1
  tensor("view-expanded.pth", 16, 0, [1 << 40], [0])
  tensor("view-outside.pth", 16, 12, [8], [1])
  tensor("view-negative.pth", 16, 15, [4], [-1])
  tensor("view-offset.pth", 16, -4, [4], [1])
  tensor("view-huge-offset.pth", 16, big, [4], [1])
  tensor("view-huge-stride.pth", 16, 0, [2], [big])
  tensor("view-overflow.pth", 16, 0, [1 << 32, 1 << 32, 4], [1, 1, 1])
  tensor("view-empty-overflow.pth", 16, 0, [0, 1 << 62, 1 << 62], [1, 1, 1])
  tensor("storage-long.pth", 17, 0, [4], [1])
  tensor("storage-huge.pth", big, 0, [4], [1])
  tensor("storage-negative.pth", -1, 0, [4], [1])
  good = io.BytesIO(); torch.save({"x": torch.ones(9)}, good)
  write("truncated.pth", good.getvalue()[:-30])
  write("half.pth", good.getvalue()[:len(good.getvalue()) // 2])
  with zipfile.ZipFile(f"{folder}/deflated.pth", "w", zipfile.ZIP_DEFLATED) as z: z.writestr("x/data.pkl", bytes(1 << 20))
  old = io.BytesIO(); torch.save({"x": torch.ones(9)}, old, _use_new_zipfile_serialization=False)
  write("truncated-legacy.pth", old.getvalue()[:-9])
  write("half-legacy.pth", old.getvalue()[:len(old.getvalue()) // 2])
  write("numbers.pth", pickle.dumps([1, 2, 3]))
  """

/// What each hostile file is refused for.
private func isExpected(_ problem: WeightProblem, for file: String) -> Bool {
  switch (file.prefix { $0 != "." && $0 != "-" }.trimmingCharacters(in: .decimalDigits), problem) {
  case ("system", .forbidden("posix.system")), ("classic", .forbidden("os.system")),
    ("instance", .forbidden("os.system")), ("eval", .forbidden("builtins.eval")),
    ("eval", .forbidden("__builtin__.eval")), ("object", .forbidden("torch.nn.modules.linear.Linear")):
    true
  case ("cycle", .malformed(_, "a container that holds itself")),
    ("ring", .malformed(_, "a container that holds itself")):
    true
  case ("laughs", .malformed(_, "no dictionary of tensors")), ("deep", .malformed(_, "no dictionary of tensors")): true
  case ("dictionaries", .bomb), ("marks", .bomb): true
  case ("string", .truncated), ("truncated", .truncated), ("half", .truncated): true
  case ("memo", .malformed(_, "no dictionary of tensors")): true
  case ("view", .malformed("w", "reaches beyond its storage")), ("storage", .truncated), ("storage", .malformed): true
  case ("deflated", .unsupported(kind: "zip feature", name: "compression")): true
  case ("numbers", .malformed(_, "not written by torch.save")): true
  default: false
  }
}

@Test(.enabled(if: hasTorch, Comment(rawValue: Python.missing("torch"))), .timeLimit(.minutes(10)))
func hostilePicklesAreRefused() throws {
  let scratch = try Scratch()
  try Python.run(hostile, scratch.folder.path)
  let files = try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path).sorted()
  #expect(files.count == 36)
  #expect(!files.contains("harmed"))
  for file in files {
    do throws(WeightFileError) {
      let weights = try WeightFile(path: scratch.path(file)).weights
      Issue.record("\(file) gives \(weights.keys)")
    } catch {
      #expect(isExpected(error.problem, for: file), "\(file): \(error.problem)")
    }
  }
  #expect(!FileManager.default.fileExists(atPath: scratch.path("harmed")))
}
