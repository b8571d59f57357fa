import Foundation
import TestSupport
import Testing

@testable import Faces

/// `make test-cascades`: processor time beside OpenCV's own evaluator, one thread each, in turns.
@Suite(
  .serialized, .enabled(if: OpenCVPeer.isThere, Comment(rawValue: OpenCVPeer.missing)),
  .enabled(if: TestData.folder != nil, Comment(rawValue: TestData.missing)))
struct CascadeSpeedSlow {
  static let cascades = [
    "haarcascades/haarcascade_frontalface_default.xml",
    "haarcascades/haarcascade_upperbody.xml",
    "haarcascades/haarcascade_licence_plate_rus_16stages.xml",
    "lbpcascades/lbpcascade_frontalface_improved.xml",
    "haarcascades/haarcascade_frontalface_alt2.xml",
  ]

  /// A frame of each of four clips: 640x480 twice, 640x360, 1280x720.
  private static func images(_ scratch: Scratch) throws -> [String] {
    let clips = [
      "intel_asl_bird.mkv", "intel_asl_yes.mkv", "face_recognition_short_hamilton_clip.mp4", "openface3_test.avi",
    ]
    return try clips.map { name in
      let clip = TestData.folder!.appendingPathComponent("videos/\(name)").path
      let image = scratch.path(name + ".png")
      _ = try Tool.run("/usr/bin/ffmpeg", ["-v", "error", "-ss", "1", "-i", clip, "-frames:v", "1", image])
      return image
    }
  }

  @Test(arguments: cascades) func besideOpenCV(_ name: String) throws {
    let scratch = try Scratch()
    let paths = try Self.images(scratch)
    let file = OpenCVPeer.cascades.appendingPathComponent(name)
    var options = CascadeOptions()
    options.minNeighbors = 0
    let detector = try CascadeDetector(contentsOf: file, options: options)
    let images = try GreyImage.decode(paths)
    var (ours, theirs) = ([Double](repeating: .infinity, count: 4), [Double](repeating: .infinity, count: 4))
    for _ in 0..<3 {
      theirs = zip(theirs, try Self.openCV(file, paths)).map { min($0, $1) }
      ours = zip(ours, images.map { Self.time(detector, $0) }).map { min($0, $1) }
    }
    let ratios = zip(ours, theirs).map { $1 / $0 }
    let ratio = theirs.reduce(0, +) / ours.reduce(0, +)
    print("\(name): \(ratio) times as fast as OpenCV (\(ratios)), \(ours.map { $0 * 1000 }) ms")
    withKnownIssue("1.8 and 2.0 where 2 is the aim", isIntermittent: true) {
      #expect(ratio >= 2)
    } when: {
      name.contains("licence_plate") || name.contains("alt2")
    }
    #expect(ratio >= 1.5)
  }

  /// The best of five, processor seconds.
  private static func time(_ detector: CascadeDetector, _ image: GreyImage) -> Double {
    (0..<5).map { _ in
      let begin = processorTime()
      _ = detector.windows(in: image.luma)
      return processorTime() - begin
    }.min()!
  }

  private static func processorTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  private static func openCV(_ cascade: URL, _ paths: [String]) throws -> [Double] {
    let script = """
      import cv2, sys, time
      cv2.setNumThreads(1)
      cascade = cv2.CascadeClassifier(sys.argv[1])
      for path in sys.argv[2:]:
        grey = cv2.imread(path, cv2.IMREAD_GRAYSCALE)
        def run():
          begin = time.process_time()
          cascade.detectMultiScale(grey, minNeighbors=0)
          return time.process_time() - begin
        run()
        print(min(run() for _ in range(5)))
      """
    return try OpenCVPeer.lines(script, [cascade.path] + paths).map { $0[0] }
  }
}
