import Networks
import Testing
import Zoo

/// Counts that others published, for 1000 classes.
private struct Published: Sendable {
  var architecture: String
  /// Trained numbers; auxiliary heads included where `auxiliary`.
  var parameters: Int?
  var auxiliary = false
  var size = 224
  /// Multiply-accumulates in thousands of millions, and by how much of it ours may be less.
  var gigaMACs: Double
  var slack: Double
}

/// torchvision publishes `num_params` and GFLOPS that are multiply-accumulates of convolutions and linear layers, to three
/// decimals. pytorchcv counts normalisation, activations and pooling too, which adds less than one per cent; the papers of
/// EfficientNet and ResNet give two digits.
private let published = [
  Published(architecture: "alexnet", parameters: 61_100_840, gigaMACs: 0.714, slack: 0),
  Published(architecture: "vgg19", parameters: 143_678_248, gigaMACs: 19.632, slack: 0),
  Published(architecture: "resnet18", parameters: 11_689_512, gigaMACs: 1.814, slack: 0),
  Published(architecture: "resnet34", parameters: 21_797_672, gigaMACs: 3.664, slack: 0),
  Published(architecture: "resnet50", parameters: 25_557_032, gigaMACs: 4.089, slack: 0),
  Published(architecture: "resnet101", parameters: 44_549_160, gigaMACs: 7.801, slack: 0),
  Published(architecture: "resnet152", parameters: 60_192_808, gigaMACs: 11.514, slack: 0),
  Published(architecture: "densenet121", parameters: 7_978_856, gigaMACs: 2.834, slack: 0),
  Published(architecture: "googlenet", parameters: 6_624_904, gigaMACs: 1.498, slack: 0),
  Published(
    architecture: "inception_v3", parameters: 27_161_264, auxiliary: true, size: 299, gigaMACs: 5.713, slack: 0),
  Published(architecture: "cbam_resnet50", parameters: 28_089_624, gigaMACs: 4.11697, slack: 0.01),
  Published(architecture: "bam_resnet50", parameters: 25_915_099, gigaMACs: 4.19609, slack: 0.01),
  Published(architecture: "efficientnet_b2b", parameters: 9_109_994, size: 260, gigaMACs: 1.0, slack: 0.01),
  Published(architecture: "resnet50_pretrained_vgg", parameters: 25_557_032, gigaMACs: 3.87795, slack: 0.01),
]

@Test(arguments: published)
private func countsAreThePublishedOnes(row: Published) throws {
  let input = Shape(height: row.size, width: row.size, channels: 3)
  let graph = try #require(Architecture.named(row.architecture)).graph(input: input, classes: 1000)
  let parameters = (row.auxiliary ? graph : graph.forInference()).summary.parameters
  let gigaMACs = Double(graph.forInference().macs) / 1e9
  #expect(parameters == row.parameters, "\(row.architecture)")
  #expect(gigaMACs <= row.gigaMACs + 0.0005, "\(row.architecture)")
  #expect(gigaMACs >= row.gigaMACs * (1 - row.slack) - 0.0005, "\(row.architecture)")
}

/// The way a name in a configuration finds its architecture.
@Test func architecturesAreFoundByNameAndAlias() {
  #expect(Architecture.named("vgg19_bn")?.name == "vgg19")
  #expect(Architecture.named("resnet") == nil)
  let names = zooTable.flatMap { [$0.name] + $0.aliases }
  #expect(Set(names).count == names.count)
}

@Test func summaryCountsWhatIsSharedOnce() throws {
  let summary = try #require(Architecture.named("cbam_resnet50")).graph().summary
  let shared = summary.rows.filter { $0.path == "features.stage1.unit1.cbam.ch_gate.mlp.fc1" }
  #expect(shared.map(\.parameters) == [256 * 16 + 16, 0])
  #expect(shared.allSatisfy { $0.macs == 256 * 16 })
  #expect(summary.parameters == summary.rows.reduce(0) { $0 + $1.parameters })
  #expect(summary.table.split(separator: "\n").count == summary.rows.count + 1)
  #expect(grouped(1_234_567) == "1,234,567" && grouped(999) == "999")
}

@Test func tooSmallAnImageIsNamed() throws {
  let alexnet = try #require(Architecture.named("alexnet"))
  #expect(throws: ShapeError.self) { try alexnet.graph(input: Shape(height: 32, width: 32, channels: 3)) }
  let resmasking = try #require(Architecture.named("resmasking"))
  #expect(throws: ShapeError.self) { try resmasking.graph(input: Shape(height: 48, width: 48, channels: 3)) }
}
