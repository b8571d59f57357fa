import Foundation
import Networks
import Recognition
import TestSupport
import Testing
import WeightFiles

/// `make fuzz` sets how many mutated files of all formats together are read; `make test` reads a few hundred.
private let files = ProcessInfo.processInfo.environment["MIEN_FUZZ"].flatMap(Int.init) ?? 600

/// A small network in every format.
private let writing = """
  import sys, torch
  from torch import nn
  torch.manual_seed(5)
  net = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU6(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(36, 7)).eval()
  torch.save({"net": net.state_dict(), "acc": 0.5}, f"{sys.argv[1]}/zip.pth")
  torch.save(net.half().state_dict(), f"{sys.argv[1]}/legacy.pth", _use_new_zipfile_serialization=False)
  torch.onnx.export(net.float(), torch.zeros(1, 1, 8, 8), f"{sys.argv[1]}/net.onnx", opset_version=13)
  class Moves(nn.Module):
    def __init__(self): super().__init__(); self.c = nn.Conv2d(3, 8, 3, padding=1); self.g = nn.GroupNorm(2, 8); self.l = nn.Linear(72, 7)
    def forward(self, x):
      x = self.g(self.c(x.permute(0, 3, 1, 2).expand(-1, 3, -1, -1))); n, c, h, w = x.shape
      x = x.view(n, 2, c // 2, h, w).transpose(1, 2).reshape(n, c, h, w); x = nn.functional.pad(x, (0, 1, 1, 0))[:, :, ::2, :5]
      x = torch.cat([x.flip(1)[:, :4], nn.functional.elu(x[:, 4:]) * torch.tensor([1., 2, 3, 4]).view(4, 1, 1)], 1)
      return self.l(nn.functional.interpolate(x, size=(3, 3)).permute(0, 2, 3, 1).reshape(1, -1))
  torch.onnx.export(Moves().eval(), torch.zeros(1, 8, 8, 1), f"{sys.argv[1]}/moves.onnx", opset_version=13)
  """

/// SplitMix64: the same mutations in every run.
private struct Random {
  var state: UInt64

  mutating func next(_ bound: Int) -> Int {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return Int((z ^ (z >> 31)) % UInt64(max(bound, 1)))
  }
}

/// One to four small damages.
private func mutated(_ file: [UInt8], _ random: inout Random) -> [UInt8] {
  var bytes = file
  for _ in 0...random.next(4) where !bytes.isEmpty {
    let at = random.next(bytes.count)
    switch random.next(7) {
    case 0: bytes[at] ^= 1 << UInt8(random.next(8))
    case 1: bytes[at] = [0, 1, 0x7f, 0x80, 0xff, 0x28, 0x2e, 0x52][random.next(8)]
    case 2: bytes.removeSubrange(at...)
    case 3: bytes.removeSubrange(at..<min(at + 1 + random.next(16), bytes.count))
    case 4:
      bytes.insert(contentsOf: bytes[at..<min(at + 1 + random.next(64), bytes.count)], at: random.next(bytes.count))
    case 5: for place in at..<min(at + 8, bytes.count) { bytes[place] = random.next(2) == 0 ? 0xff : 0x7f }
    default: bytes.replaceSubrange(at..<min(at + 1, bytes.count), with: Array("\(random.next(1 << 40))".utf8))
    }
  }
  return bytes
}

/// Reads as `mien models import` would: weights, and the network where the file describes one.
private func read(_ bytes: [UInt8]) -> Bool {
  guard let file = try? WeightFile(FileBytes(bytes)) else { return false }
  guard let model = try? Model(file, file: "mutated") else { return true }
  let values = model.graph.summary.rows.reduce(0) { $0 + $1.output.count }
  if model.graph.macs < 10_000_000, values < 1 << 20 {
    try? Executor(graph: model.graph, weights: model.weights).run()
  }
  return true
}

/// Most memory that the process has used, bytes.
private func peakMemory() -> Int {
  let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
  let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
  return (line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 1024
}

@Suite(.serialized) struct WeightsFuzz {
  @Test(.enabled(if: Python.has("torch"), Comment(rawValue: Python.missing("torch"))))
  func damagedFilesAreRefusedOrRead() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mien-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Python.run(writing, folder.path)
    try WeightFile(path: folder.appendingPathComponent("net.onnx").path)
      .write(safetensors: folder.appendingPathComponent("net.safetensors").path)
    try WeightFile(path: folder.appendingPathComponent("moves.onnx").path)
      .write(safetensors: folder.appendingPathComponent("moves.safetensors").path)
    let names = ["net.onnx", "net.safetensors", "moves.onnx", "moves.safetensors", "zip.pth", "legacy.pth"]
    let originals = try names.map { try [UInt8](Data(contentsOf: folder.appendingPathComponent($0))) }
    #expect(originals.allSatisfy(read))
    _ = try Model(path: folder.appendingPathComponent("net.safetensors").path)

    var random = Random(state: 2026)
    let before = peakMemory()
    var (accepted, slowest) = (0, 0.0)
    for index in 0..<files {
      let bytes = mutated(originals[index % originals.count], &random)
      let start = Date()
      if read(bytes) { accepted += 1 }
      slowest = max(slowest, Date().timeIntervalSince(start))
    }
    print(
      "read \(files) damaged files: \(accepted) accepted, slowest \(slowest) s, \((peakMemory() - before) >> 20) MB more"
    )
    #expect(accepted > 0 && accepted < files)
    #expect(slowest < 5)
    #expect(peakMemory() - before < 256 << 20)
  }
}
