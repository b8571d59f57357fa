import Foundation
import Networks
import Recognition
import TestSupport
import Testing
import WeightFiles

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
  class Keras(nn.Module):
    def __init__(self):
      super().__init__(); self.c = nn.Conv2d(1, 8, 3, stride=2); self.n = nn.BatchNorm2d(8); self.d = nn.Conv2d(8, 8, 3, groups=8)
      self.p = nn.Conv2d(8, 12, 1); self.l = nn.Linear(12 * 36, 9); self.m = nn.Linear(9, 7)
    def forward(self, x):
      x = F.relu(self.n(self.c(F.pad(x.permute(0, 3, 1, 2), (0, 1, 0, 1)))))
      x = F.max_pool2d(F.pad(F.elu(self.p(self.d(F.pad(x, (1, 1, 1, 1))))), (0, 1, 0, 1), value=-1.), 2)
      x = (x.permute(0, 2, 3, 1) * 2 - 1).reshape(x.shape[0], -1)
      return torch.softmax(self.m(torch.tanh(self.l(x))), 1)
  class Norms(nn.Module):
    def __init__(self):
      super().__init__(); self.c = nn.Conv2d(3, 12, 3, padding=1); self.g = nn.GroupNorm(3, 12); self.i = nn.InstanceNorm2d(12, affine=True)
      self.n = nn.LayerNorm([12, 10, 10]); self.r = nn.PReLU(12); self.l = nn.Linear(12, 7)
    def forward(self, x):
      x = F.gelu(self.n(self.r(self.i(F.leaky_relu(self.g(self.c(x)), .2)))))
      x = F.interpolate(x, scale_factor=2, mode="nearest")
      x = F.hardsigmoid(x) + F.hardtanh(x, -.5, .7) + F.softplus(x) + F.mish(x)
      return self.l(F.adaptive_avg_pool2d(x, 1).flatten(1))
  class Gates(nn.Module):
    def __init__(self):
      super().__init__(); self.c = nn.Conv2d(3, 8, 3, padding=1); self.f = nn.Linear(8, 4); self.g = nn.Linear(4, 8); self.l = nn.Linear(8 * 36, 8)
    def forward(self, x):
      x = x.expand(-1, 3, -1, -1); x = (x - torch.tensor([.485, .456, .406]).view(1, 3, 1, 1)) / torch.tensor([.229, .224, .225]).view(1, 3, 1, 1)
      x = F.relu(self.c(x)); w = torch.sigmoid(self.g(F.relu(self.f(x.mean((2, 3)))))).view(-1, 8, 1, 1)
      x = x * w.expand_as(x); x = x * torch.sigmoid(x.mean(1, keepdim=True)); n, c, h, v = x.shape
      x = x.view(n, 2, c // 2, h, v).transpose(1, 2).reshape(n, c, h, v)
      return self.l(F.avg_pool2d(x, 2, ceil_mode=True, count_include_pad=False).view(n, -1))
  class Tokens(nn.Module):
    def __init__(self):
      super().__init__(); self.c = nn.Conv2d(1, 8, 4, stride=4); self.n = nn.LayerNorm(8); self.a = nn.Linear(8, 16); self.b = nn.Linear(16, 8)
      self.t = nn.Linear(30, 30); self.l = nn.Linear(8, 7); self.pos = nn.Parameter(torch.randn(1, 30, 8) * .1)
    def forward(self, x):
      x = self.c(x).flatten(2).transpose(1, 2) + self.pos
      x = x + self.t(self.n(x).transpose(1, 2)).transpose(1, 2); x = x + self.b(F.gelu(self.a(self.n(x))))
      return self.l(self.n(x).mean(1))
  class Parts(nn.Module):
    def __init__(self):
      super().__init__(); self.c = nn.Conv2d(1, 9, 3, padding=1); self.t = nn.ConvTranspose2d(9, 4, 3, stride=2, padding=1, output_padding=1); self.l = nn.Linear(19, 7)
    def forward(self, x):
      x = self.c(x); a, b, c = x.chunk(3, 1); d = torch.cat([a * b, c.flip(1)], 1)
      e = torch.cat([d[:, :, :10], d[:, :, 10:14]], 2); f = torch.sqrt(e.abs() + 1) / (e ** 2 + 1.5)
      g = F.pad(F.pad(f, (2, 2, 1, 1), mode="reflect"), (1, 0, 0, 1), mode="replicate"); h = torch.cat([g, g[:, [0, 2, 4, 5, 1]]], 1)
      t = F.pixel_shuffle(self.t(x), 2); m = (t - t.mean((1, 2, 3), keepdim=True)) * torch.rsqrt(t.pow(2).mean((1, 2, 3), keepdim=True) + 1e-5)
      return self.l(torch.cat([h.amax((2, 3)), m[:, 0, ::8, 1:3].flatten(1)[:, :8]], 1))
  M = torchvision.models
  nets = {"keras": (Keras(), (24, 24, 1)), "norms": (Norms(), (3, 10, 10)), "gates": (Gates(), (1, 12, 12)), "tokens": (Tokens(), (1, 20, 24)),
    "parts": (Parts(), (1, 14, 10)), "mixed": (Mixed(), (1, 21, 24)), "two": (Two(), (3, 8, 8)), "resnet18": (M.resnet18(num_classes=7), (3, 64, 48)),
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
  #expect(expected.count == 32)
  for (name, peer) in expected {
    let path = folder.appendingPathComponent(name).path
    var file = try WeightFile(path: path)
    for (place, head) in peer.enumerated() {
      let classes = (0..<head.count).map { "class \($0)" }.joined(separator: ",")
      file.metadata[place == 0 ? "classes" : "output\(place)_classes"] = classes
    }
    let saved = folder.appendingPathComponent("saved.safetensors").path
    try file.write(safetensors: saved)
    for (ours, theirs) in zip(try outputs(Model(path: saved)), peer) {
      let own = name.hasPrefix("mixed") || name.hasPrefix("keras") ? softmax(ours) : ours
      let worst = zip(own, theirs).map { abs($0 - $1) }.max()!
      #expect(own.count == theirs.count && worst <= 1e-4 * theirs.map(abs).max()!, "\(name): \(worst)")
    }
  }
}

/// Writes a network as PyTorch exports it, and the same as other programs do: nodes in another order, weights of half
/// the size, weights in a file of their own; and as nobody should. `Wire` edits the bytes of protocol buffers.
private let rewriting = """
  import json, struct, sys, torch
  from torch import nn
  def varint(n):
    out = b""
    while n > 127: out += bytes([n & 127 | 128]); n >>= 7
    return out + bytes([n])
  def read(b):
    fields, at = [], 0
    def number():
      nonlocal at
      n = shift = 0
      while True:
        c = b[at]; at += 1; n |= (c & 127) << shift; shift += 7
        if c < 128: return n
    while at < len(b):
      key = number()
      if key & 7 == 0: fields.append((key, number()))
      elif key & 7 == 2: n = number(); fields.append((key, b[at:at + n])); at += n
      else: n = 4 if key & 7 == 5 else 8; fields.append((key, b[at:at + n])); at += n
    return fields
  def write(fields):
    return b"".join(varint(k) + (varint(v) if k & 7 == 0 else varint(len(v)) + v if k & 7 == 2 else v) for k, v in fields)
  def edit(fields, number, change):
    return [(k, change(v)) if k >> 3 == number else (k, v) for k, v in fields]
  def entry(key, text): return (13 << 3 | 2, write([(10, key.encode()), (18, text.encode())]))
  folder = sys.argv[1]
  torch.manual_seed(4)
  net = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(144, 7)).eval()
  x = (torch.arange(64) % 255 / 127 - 1).reshape(1, 1, 8, 8)
  torch.onnx.export(net, x, f"{folder}/plain.onnx", opset_version=13, input_names=["x"])
  pool = nn.Sequential(nn.Conv2d(1, 7, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten()).eval()
  torch.onnx.export(pool, x, f"{folder}/open.onnx", opset_version=13, input_names=["x"], dynamic_axes={"x": {0: "n", 2: "h", 3: "w"}})
  model = read(open(f"{folder}/plain.onnx", "rb").read())
  def save(name, change): open(f"{folder}/{name}.onnx", "wb").write(write(edit(model, 7, lambda g: write(change(read(g))))))
  def unsorted(graph):
    nodes = [f for f in graph if f[0] >> 3 == 1]
    return [f for f in graph if f[0] >> 3 != 1] + nodes[::-1]
  save("unsorted", unsorted)
  def half(tensor):
    t = read(tensor); raw = [v for k, v in t if k >> 3 == 9][0]
    return write([(16, 10) if k >> 3 == 2 else (k, struct.pack(f"<{len(raw) // 4}e", *struct.unpack(f"<{len(raw) // 4}f", v)) if k >> 3 == 9 else v) for k, v in t])
  save("half", lambda g: edit(g, 5, half))
  data = open(f"{folder}/weights.bin", "wb"); data.write(b"0123456789abcdef")
  def beside(location, shift=0):
    def change(tensor):
      t = read(tensor); raw = [v for k, v in t if k >> 3 == 9][0]; at = data.tell(); data.write(raw)
      return write([f for f in t if f[0] >> 3 != 9] + [(112, 1), entry("location", location), entry("offset", str(at + shift)), entry("length", str(len(raw)))])
    return lambda g: edit(g, 5, change)
  save("beside", beside("weights.bin"))
  for name, place, shift in (("above", "../weights.bin", 0), ("absolute", f"{folder}/weights.bin", 0), ("link", "link.bin", 0), ("beyond", "weights.bin", 1 << 40), ("before", "weights.bin", -1 << 20), ("gone", "gone.bin", 0)):
    save(name, beside(place, shift))
  import os
  os.symlink(f"{folder}/weights.bin", f"{folder}/link.bin")
  def circle(graph):
    nodes = [i for i, f in enumerate(graph) if f[0] >> 3 == 1]; last = [v for k, v in read(graph[nodes[-1]][1]) if k >> 3 == 2][0]
    first = read(graph[nodes[0]][1]); graph[nodes[0]] = (graph[nodes[0]][0], write([(k, last) if k >> 3 == 1 and i == 0 else (k, v) for i, (k, v) in enumerate(first)]))
    return graph
  save("circle", circle)
  data.close()
  with torch.no_grad(): print(json.dumps({"plain": net(x).flatten().tolist(), "open": pool(x).flatten().tolist()}))
  """

@Test(.enabled(if: hasTorch, Comment(rawValue: Python.missing("torchvision"))))
func networksAreReadAsOtherProgramsWriteThem() throws {
  let scratch = try Scratch()
  let expected = try JSONDecoder().decode([String: [Float]].self, from: Python.run(rewriting, scratch.folder.path))
  func difference(_ name: String, size: Extent? = nil) throws -> Float {
    let path = scratch.path("\(name).onnx")
    let ours = try outputs(Model(WeightFile(path: path, size: size), file: path))[0]
    let theirs = expected[name] ?? expected["plain"]!
    #expect(ours.count == theirs.count)
    return zip(ours, theirs).map { abs($0 - $1) }.max()!
  }
  for name in ["plain", "unsorted", "beside"] { #expect(try difference(name) < 1e-5, "\(name)") }
  #expect(try difference("half") < 2e-3)
  #expect(try difference("open", size: Extent(8, 8)) < 1e-5)

  func problem(_ name: String, size: Extent? = nil) -> WeightProblem? {
    do {
      _ = try WeightFile(path: scratch.path("\(name).onnx"), size: size)
      return nil
    } catch { return error.problem }
  }
  #expect(problem("open") == .openSize(input: "x"))
  #expect(problem("plain", size: Extent(9, 8)) == .fixedSize(Extent(8, 8), given: Extent(9, 8)))
  #expect(problem("above") == .outside(file: "../weights.bin"))
  #expect(problem("absolute") == .outside(file: scratch.path("weights.bin")))
  #expect(problem("link") == .outside(file: "link.bin"))
  #expect(problem("gone") == .missingBeside(file: "gone.bin"))
  for name in ["beyond", "before"] {
    guard case .truncated? = problem(name) else {
      Issue.record("\(name): \(String(describing: problem(name)))")
      continue
    }
  }
  guard case .malformed? = problem("circle") else {
    Issue.record("circle: \(String(describing: problem("circle")))")
    return
  }
}
