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

  private func expectRefusal(_ words: [String], _ reason: String, in scratch: Scratch) throws {
    let words =
      ["models", "import", scratch.path(words[0])] + words.dropFirst() + ["-o", scratch.path("out.safetensors")]
    let outcome = try Program.run(Program.path, words)
    #expect(outcome.status == 1 && outcome.complaints.count == 1, "\(outcome.errors)")
    #expect(outcome.errors.contains(reason), "\(outcome.errors)")
  }
}
