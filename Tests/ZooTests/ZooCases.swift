import Foundation
import Zoo

/// An architecture with the sizes and batches at which it is compared with PyTorch.
struct ZooCase: Encodable, Sendable {
  /// One comparison.
  struct Run: Sendable {
    var size: Int
    var batch: Int
  }

  var architecture: String
  /// Factor of the weights that keeps activations of ordinary size: above 1 where nothing is added to a shortcut.
  var gain: Double
  var channels: Int
  var runs: [Run]

  /// The cheap part, and what `make test-zoo` (`MIEN_ZOO=all`) adds.
  init(_ architecture: String, gain: Double, channels: Int = 3, _ cheap: [Run], all more: [Run]) {
    self.architecture = architecture
    self.gain = gain
    self.channels = channels
    runs = cheap + (ProcessInfo.processInfo.environment["MIEN_ZOO"] == "all" ? more : [])
  }
}

extension ZooCase.Run: Encodable {
  func encode(to encoder: any Encoder) throws {
    var container = encoder.unkeyedContainer()
    try container.encode(size)
    try container.encode(batch)
  }
}

private func at(_ size: Int, _ batch: Int) -> ZooCase.Run { .init(size: size, batch: batch) }

private let plain = 1.4
private let residual = 1.0

/// The whole zoo. Where the strides allow it: 48, 64, an odd size and 224 (Inception from 75, 299); batches 1, 2 and 5.
let zooCases = [
  ZooCase("alexnet", gain: plain, [at(64, 2)], all: [at(97, 5), at(224, 1)]),
  ZooCase("vgg19", gain: plain, [at(48, 1)], all: [at(64, 2), at(75, 5), at(224, 1)]),
  ZooCase("resnet18", gain: residual, [at(48, 2), at(224, 1)], all: [at(64, 5), at(97, 2), at(224, 5)]),
  ZooCase("resnet34", gain: residual, [at(48, 1)], all: [at(64, 2), at(97, 5), at(224, 1)]),
  ZooCase("resnet50", gain: residual, [at(48, 1)], all: [at(64, 2), at(97, 5), at(224, 1)]),
  ZooCase("resnet101", gain: residual, [at(48, 1)], all: [at(64, 2), at(97, 5), at(224, 1)]),
  ZooCase("resnet152", gain: residual, [at(48, 1)], all: [at(64, 2), at(97, 5), at(224, 1)]),
  ZooCase("densenet121", gain: plain, [at(48, 2)], all: [at(64, 2), at(97, 5), at(224, 1)]),
  ZooCase("googlenet", gain: plain, [at(48, 2)], all: [at(64, 2), at(97, 5), at(224, 1)]),
  ZooCase("inception_v3", gain: plain, [at(96, 1)], all: [at(75, 2), at(107, 5), at(299, 1), at(299, 2)]),
  ZooCase("cbam_resnet50", gain: residual, [at(48, 1)], all: [at(64, 2), at(97, 5), at(224, 1)]),
  ZooCase("bam_resnet50", gain: residual, [at(48, 1)], all: [at(64, 2), at(97, 5), at(224, 1)]),
  ZooCase("efficientnet_b2b", gain: plain, [at(48, 2), at(65, 1)], all: [at(64, 5), at(224, 1), at(260, 2)]),
  ZooCase("resmasking", gain: residual, [at(64, 1)], all: [at(96, 5), at(224, 1)]),
  ZooCase("resmasking_dropout1", gain: residual, [at(64, 1)], all: [at(96, 5), at(224, 2)]),
  ZooCase("resnet50_pretrained_vgg", gain: residual, [at(48, 1)], all: [at(64, 2), at(97, 5), at(224, 1)]),
  ZooCase("vgg_small", gain: plain, channels: 1, [at(40, 5)], all: [at(40, 1)]),
  ZooCase("mien_vgg", gain: plain, channels: 1, [at(40, 5), at(48, 2)], all: [at(45, 1), at(64, 5)]),
  ZooCase("mien_res", gain: residual, channels: 1, [at(40, 5), at(48, 2)], all: [at(45, 1), at(64, 5)]),
  ZooCase("mien_medium_vgg", gain: plain, channels: 1, [at(40, 2)], all: [at(45, 1), at(48, 5)]),
  ZooCase("mien_large_mask", gain: residual, channels: 1, [at(40, 2)], all: [at(45, 1), at(48, 5)]),
  ZooCase("mien_large_vgg", gain: plain, channels: 1, [at(40, 2)], all: [at(45, 1), at(48, 5)]),
  ZooCase("mien_large_res", gain: residual, channels: 1, [at(40, 2)], all: [at(45, 1), at(48, 5)]),
  ZooCase("mien_mask", gain: residual, channels: 1, [at(40, 5), at(48, 2)], all: [at(45, 1), at(64, 5)]),
]
