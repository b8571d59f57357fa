import Foundation
import TestSupport
import Testing

/// Weights as people have them, and as attackers do.
private let writing = """
  import os, sys, torch, torchvision
  torch.manual_seed(7)
  net = torchvision.models.resnet18(num_classes=7).eval()
  torch.save({"net": net.state_dict(), "best_acc": 0.5}, f"{sys.argv[1]}/net.pth")
  state = net.state_dict(); del state["fc.bias"]; state["odd"] = state["fc.weight"]
  torch.save(state, f"{sys.argv[1]}/odd.pth")
  class Evil:
    def __reduce__(self): return (os.system, (f"touch {sys.argv[1]}/harmed",))
  torch.save({"net": Evil()}, f"{sys.argv[1]}/evil.pth")
  torch.onnx.export(net, torch.zeros(1, 3, 48, 48), f"{sys.argv[1]}/net.onnx", opset_version=13)
  """

/// A safetensors file's weights through torch.save, under Lightning's and torch.compile's names.
private let rewrapping = """
  import json, struct, sys, torch
  data = open(f"{sys.argv[1]}/mien_vgg.safetensors", "rb").read(); size = struct.unpack("<Q", data[:8])[0]
  state = {}
  for name, entry in json.loads(data[8:8 + size]).items():
    if name == "__metadata__": continue
    a, b = entry["data_offsets"]
    state["model._orig_mod." + name] = torch.frombuffer(bytearray(data[8 + size + a:8 + size + b]), dtype={"F16": torch.float16, "F32": torch.float32}[entry["dtype"]]).reshape(entry["shape"]).float()
  torch.save({"state_dict": state}, f"{sys.argv[1]}/mien_vgg.pth")
  """

@Suite(.serialized) struct ModelsTests {
  @Test func listAndShow() throws {
    let list = try Program.mien("models")
    #expect(list.status == 0 && list.lines.contains { $0.hasPrefix("mien_vgg ") })
    for preset in ["default", "fast", "accurate"] {
      let line = try #require(list.lines.first { $0.hasPrefix("\(preset) ") })
      #expect(line.contains("MACs") && line.contains(" MB") && line.contains("people"), "\(line)")
    }
    let show = try Program.mien("models", "show", "mien_vgg")
    #expect(show.status == 0)
    #expect(show.lines.contains { $0.contains("conv2d") && $0.contains("features.0") && $0.contains("40x40x24") })
    #expect(show.lines.contains("1,126,679 parameters, 2,096 running statistics, 76,389,120 MACs"))
  }

  @Test func namesThatAreNotThere() throws {
    let outcome = try Program.mien("models", "show", "mien_vg")
    #expect(outcome.status == 1)
    #expect(outcome.errors == "mien: There is no model \"mien_vg\": did you mean mien_vgg?\n")
  }

  @Test func exportIsTheModelItself() throws {
    let scratch = try Scratch()
    let outcome = try Program.mien("models", "export", "mien_vgg", "-o", scratch.path("a.safetensors"))
    #expect(outcome.status == 0, "\(outcome.errors)")
    let again = try Program.mien("models", "export", scratch.path("a.safetensors"), "-o", scratch.path("b.safetensors"))
    #expect(again.status == 0, "\(again.errors)")
    #expect(try scratch.data("a.safetensors") == scratch.data("b.safetensors"))
    let refused = try Program.mien("models", "export", "mien_vgg", "-o", scratch.path("a.safetensors"))
    #expect(refused.status == 1 && refused.complaints.count == 1, "\(refused.errors)")
  }

  @Test(.enabled(if: Python.has("torchvision"), Comment(rawValue: Python.missing("torchvision"))))
  func importsAndRefusals() throws {
    let scratch = try Scratch()
    try Python.run(writing, scratch.folder.path)
    let good = try Program.mien(
      "models", "import", scratch.path("net.pth"), "--arch", "resnet18", "-o", scratch.path("net.safetensors"))
    #expect(good.status == 0, "\(good.errors)")
    let show = try Program.mien("models", "show", scratch.path("net.safetensors"))
    #expect(show.lines.contains { $0.contains("layer4.1.conv2") }, "\(show.errors)")
    let onnx = try Program.mien("models", "import", scratch.path("net.onnx"), "-o", scratch.path("onnx.safetensors"))
    #expect(onnx.status == 0, "\(onnx.errors)")

    try expectRefusal(["evil.pth", "--arch", "resnet18"], "\"posix.system\"", in: scratch)
    try expectRefusal(["odd.pth", "--arch", "resnet18"], "missing are fc.bias; extra are odd", in: scratch)
    try expectRefusal(["net.pth"], "--arch", in: scratch)
    try expectRefusal(["net.pth", "--arch", "resnet34"], "layer1.2.conv1.weight", in: scratch)
    #expect(!scratch.has("harmed") && !scratch.has("out.safetensors"))
  }

  /// A network with two heads, saved by PyTorch under a wrapper's names, is taken as it is.
  @Test(.enabled(if: Python.has("torch"), Comment(rawValue: Python.missing("torch"))))
  func twoHeadsComeBackThroughPyTorch() throws {
    let scratch = try Scratch()
    _ = try Program.mien("models", "export", "mien_vgg", "-o", scratch.path("mien_vgg.safetensors"))
    try Python.run(rewrapping, scratch.folder.path)
    let back = try Program.mien(
      "models", "import", scratch.path("mien_vgg.pth"), "--arch", "mien_vgg", "-o", scratch.path("back.safetensors"))
    #expect(back.status == 0, "\(back.errors)")
    #expect(back.errors.contains("classifier (7 classes), votes (8 classes)"), "\(back.errors)")
    let show = try Program.mien("models", "show", scratch.path("back.safetensors"))
    #expect(show.lines.contains("1,126,679 parameters, 2,096 running statistics, 76,389,120 MACs"), "\(show.errors)")
  }

  /// Graphs that no network has: one sentence each, and no signal.
  @Test(arguments: ["no-heads", "bomb", "wide"]) func graphsOfNoNetwork(_ name: String) throws {
    let scratch = try Scratch()
    let pad =
      #"{"operation":"zero_pad2d","path":"","inputs":[0],"settings":{"top":7000,"bottom":0,"left":7000,"right":0}}"#
    let sums = (0..<9).map {
      #"{"operation":"add","path":"","inputs":[\#($0 == 0 ? 1 : $0 + 10),\#($0 + 2)],"settings":{}}"#
    }
    let relu = #"{"operation":"relu","path":"","inputs":[0],"settings":{}}"#
    let pool =
      #"{"operation":"adaptive_avg_pool2d","path":"","inputs":[0],"settings":{"output":{"height":90000,"width":90000}}}"#
    let (nodes, heads) =
      switch name {
      case "no-heads": (relu, "[]")
      case "bomb": ((0..<10).map { _ in pad }.joined(separator: ",") + "," + sums.joined(separator: ","), head(19))
      default: (pool, head(1))
      }
    let graph = #"{"name":"x","input":{"height":8,"width":8,"channels":1},"nodes":[\#(nodes)],"heads":\#(heads)}"#
    let file = scratch.path("\(name).safetensors")
    let header = try JSONSerialization.data(withJSONObject: ["__metadata__": ["format": "1", "graph": graph]])
    let length = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Data($0) }
    try (length + header).write(to: URL(fileURLWithPath: file))
    for words in [
      ["bench", "network", file], ["models", "show", file],
      ["models", "import", file, "-o", scratch.path("o.safetensors")],
      [
        "annotate", TestData.packageRoot.appendingPathComponent("samples/portraits.mp4").path, "--models", file,
        "--jsonl", scratch.path("r.jsonl"),
      ],
      ["explain", file, file, "--whole", "-o", scratch.path("e")],
    ] {
      let outcome = try Program.run(Program.path, words)
      #expect(outcome.status == 1 && outcome.complaints.count == 1, "\(words): \(outcome.errors)")
      #expect(outcome.errors.contains("graph"), "\(outcome.errors)")
    }
  }

  private func head(_ node: Int) -> String { #"[{"name":"classifier","node":\#(node),"trainingOnly":false}]"# }

  private func expectRefusal(_ words: [String], _ reason: String, in scratch: Scratch) throws {
    let words =
      ["models", "import", scratch.path(words[0])] + words.dropFirst() + ["-o", scratch.path("out.safetensors")]
    let outcome = try Program.run(Program.path, words)
    #expect(outcome.status == 1 && outcome.complaints.count == 1, "\(outcome.errors)")
    #expect(outcome.errors.contains(reason), "\(outcome.errors)")
  }
}
