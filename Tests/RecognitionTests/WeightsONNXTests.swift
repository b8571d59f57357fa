import Foundation
import Networks
import Recognition
import TestSupport
import Testing

private let hasTorch = Python.has("torchvision")

/// Exports networks as people do, and prints what PyTorch computes for a fixed input.
private let exporting = """
  import json, sys, warnings, torch, torchvision
  from torch import nn
  from torch.nn import functional as F
  warnings.filterwarnings("ignore")
  torch.manual_seed(3)
  class Head(nn.Module):
    def __init__(self, c, classes): super().__init__(); self.w = nn.Parameter(torch.randn(c, classes) / c); self.b = nn.Parameter(torch.randn(classes))
    def forward(self, x): return torch.softmax(x @ self.w + self.b, 1)
  class Mixed(nn.Module):
    def __init__(self):
      super().__init__()
      self.a = nn.Conv2d(1, 8, 3, padding=(2, 1), dilation=2, stride=2); self.n = nn.BatchNorm2d(8)
      self.b = nn.Conv2d(8, 8, 5, groups=4, padding=2, bias=False); self.gate = nn.Conv2d(2, 1, 7, padding=3); self.head = Head(18, 5)
    def forward(self, x):
      x = F.relu(self.n(self.a((x - 0.5) / 0.25)))
      low = F.interpolate(F.max_pool2d(x, 3, 2, 1, ceil_mode=True), size=x.shape[2:], mode="bilinear", align_corners=True)
      x = torch.cat([self.b(x) + low, F.silu(x[:, 2:6]) * 2 - 1], 1)
      x = x * torch.sigmoid(self.gate(torch.cat([x.max(1, keepdim=True)[0], x.mean(1, keepdim=True)], 1)))
      one, two = x.split([6, 6], 1)
      x = torch.cat([one, 1 - two, F.pad(F.hardswish(F.interpolate(one, scale_factor=2, mode="bilinear")), (0, 1, 1, 0))[:, :, 1:1 + one.shape[2], :one.shape[3]]], 1)
      return self.head(F.adaptive_avg_pool2d(F.avg_pool2d(x, 2, count_include_pad=False, padding=1), 1).view(x.shape[0], -1))
  class Two(nn.Module):
    def __init__(self): super().__init__(); self.c = nn.Conv2d(3, 4, 3); self.d = nn.Dropout(); self.p = nn.Linear(4 * 36, 7); self.q = nn.Linear(4 * 36, 8)
    def forward(self, x): x = self.d(F.relu6(self.c(x)).flatten(1)); return self.p(x), self.q(x)
  M = torchvision.models
  nets = {"mixed": (Mixed(), (1, 21, 24)), "two": (Two(), (3, 8, 8)), "resnet18": (M.resnet18(num_classes=7), (3, 64, 48)),
    "mobilenet_v2": (M.mobilenet_v2(num_classes=10), (3, 64, 64)), "efficientnet_b0": (M.efficientnet_b0(num_classes=7), (3, 48, 48)),
    "googlenet": (M.googlenet(num_classes=7, aux_logits=False, init_weights=False), (3, 64, 64)), "shufflenet": (M.shufflenet_v2_x0_5(), (3, 64, 64))}
  expected = {}
  for name, (net, shape) in nets.items():
    for module in net.modules():
      if isinstance(module, nn.BatchNorm2d):
        module.running_mean.uniform_(-.1, .1); module.running_var.uniform_(.5, 1.5); nn.init.uniform_(module.weight, .5, 1.5)
    net.eval()
    count = shape[0] * shape[1] * shape[2]
    x = (torch.arange(count) % 255 / 127 - 1).reshape(1, *shape)
    with torch.no_grad(): y = net(x)
    for opset in (11, 14, 17):
      if opset != 14 and name in ("efficientnet_b0", "googlenet"): continue
      file = f"{name}-{opset}.onnx"
      torch.onnx.export(net, x, f"{sys.argv[1]}/{file}", opset_version=opset, dynamic_axes={"x": {0: "n"}} if opset == 14 else None, input_names=["x"])
      expected[file] = [v.flatten().tolist() for v in (y if isinstance(y, tuple) else (y,))]
  json.dump(expected, sys.stdout)
  """

/// What `model` computes for the script's input, head after head.
private func outputs(_ model: Model) throws -> [[Float]] {
  let executor = try Executor(graph: model.graph, weights: model.weights)
  let shape = model.graph.input
  for index in 0..<shape.count {
    let (pixel, channel) = (index / shape.channels, index % shape.channels)
    executor.input[index] = Float((channel * shape.pixels + pixel) % 255) / 127 - 1
  }
  executor.run()
  return model.graph.heads.map { Array(executor.output($0.name)!.prefix(model.graph.nodes[$0.node].shape.count)) }
}

private func softmax(_ logits: [Float]) -> [Float] {
  let powers = logits.map { exp($0 - logits.max()!) }
  return powers.map { $0 / powers.reduce(0, +) }
}

@Test(.enabled(if: hasTorch, Comment(rawValue: Python.missing("torchvision"))))
func networksExportedByPyTorchGiveTheSameLogits() throws {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mien-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  let expected = try JSONDecoder().decode([String: [[Float]]].self, from: Python.run(exporting, folder.path))
  #expect(expected.count == 17)
  for (name, peer) in expected {
    let path = folder.appendingPathComponent(name).path
    if name.hasPrefix("shufflenet") {
      #expect(throws: WeightFileError.self, "its channel shuffle is not among Mien's operations") {
        try WeightFile(path: path)
      }
      continue
    }
    var file = try WeightFile(path: path)
    for (place, head) in peer.enumerated() {
      let classes = (0..<head.count).map { "class \($0)" }.joined(separator: ",")
      file.metadata[place == 0 ? "classes" : "output\(place)_classes"] = classes
    }
    let saved = folder.appendingPathComponent("saved.safetensors").path
    try file.write(safetensors: saved)
    for (ours, theirs) in zip(try outputs(Model(path: saved)), peer) {
      let own = name.hasPrefix("mixed") ? softmax(ours) : ours
      let worst = zip(own, theirs).map { abs($0 - $1) }.max()!
      #expect(own.count == theirs.count && worst <= 1e-4 * theirs.map(abs).max()!, "\(name): \(worst)")
    }
  }
}
