import Networks
import Training

/// How each image is looked at; the answers over all views are averaged.
public enum TestViews: String, Sendable, CaseIterable {
  /// As it is.
  case plain
  /// It and its mirror image, as they are and shifted by a twentieth of the crop's side in four directions: ten views.
  case shifts
  /// Eight random views, each mirrored or not and turned by up to 30 degrees: what phamquiluan/ResidualMaskingNetwork
  /// averages (`gen_results`). Drawn from a fixed seed; its own draws cannot be repeated outside of its libraries.
  case eightfold

  /// Views of an image.
  public var count: Int {
    switch self {
    case .plain: 1
    case .shifts: TestViews.shifted.count
    case .eightfold: 8
    }
  }

  /// View `view` of image `image`.
  func draw(image: Int, view: Int) -> AugmentationSample {
    switch self {
    case .plain: .none
    case .shifts: TestViews.shifted[view]
    case .eightfold: TestViews.turned(image: image, view: view)
    }
  }

  private static let shifted: [AugmentationSample] = [false, true].flatMap { flipped in
    [(0, 0), (-1, 0), (1, 0), (0, -1), (0, 1)].map { x, y in
      AugmentationSample(flipped: flipped, shiftX: Float(x) / 20, shiftY: Float(y) / 20)
    }
  }

  private static let seed = 1234

  private static func turned(image: Int, view: Int) -> AugmentationSample {
    var augmentation = Augmentation()
    (augmentation.flip, augmentation.rotation) = (0.5, 30)
    var random = RandomStream(seed, image, view)
    return augmentation.draw(&random)
  }
}
