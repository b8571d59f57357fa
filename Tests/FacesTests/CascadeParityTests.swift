import Foundation
import TestSupport
import Testing

@testable import Faces

/// The same windows as OpenCV's own evaluator on the same pixels.
@Suite(
  .enabled(if: OpenCVPeer.isThere, Comment(rawValue: OpenCVPeer.missing)),
  .enabled(if: TestData.folder != nil, Comment(rawValue: TestData.missing)))
struct CascadeParityTests {
  static let cascades = [
    "haarcascades/haarcascade_frontalface_default.xml",
    "haarcascades/haarcascade_frontalface_alt2.xml",
    "haarcascades/haarcascade_upperbody.xml",
    "haarcascades/haarcascade_licence_plate_rus_16stages.xml",
    "haarcascades/haarcascade_eye_tree_eyeglasses.xml",
    "lbpcascades/lbpcascade_frontalface_improved.xml",
    "lbpcascades/lbpcascade_profileface.xml",
  ]

  /// Every 100th image of the face data: all three kinds.
  static func paths() -> [String] {
    let faces = TestData.folder!.appendingPathComponent("faces")
    let all = FileManager.default.enumerator(atPath: faces.path)!.compactMap { $0 as? String }
    let images = all.filter { $0.hasSuffix(".jpg") || $0.hasSuffix(".png") }.sorted()
    return stride(from: 0, to: images.count, by: 100).map { faces.appendingPathComponent(images[$0]).path }
  }

  @Test(arguments: cascades) func windows(_ name: String) throws {
    let file = OpenCVPeer.cascades.appendingPathComponent(name)
    let paths = Self.paths()
    let theirs = try Self.openCV(file, paths, minNeighbors: 0)
    var options = CascadeOptions()
    options.minNeighbors = 0
    let detector = try CascadeDetector(contentsOf: file, options: options)
    var (found, wanted, extra) = (0, 0, 0)
    for (image, their) in zip(try GreyImage.decode(paths), theirs) {
      let ours = Set(detector.groups(in: image.luma).map { [$0.x, $0.y, $0.width, $0.height] })
      wanted += their.count
      found += their.intersection(ours).count
      extra += ours.subtracting(their).count
    }
    print("\(name): \(wanted) windows, \(found) found, \(extra) more")
    #expect(wanted > 10)
    #expect(Double(found) >= 0.99 * Double(wanted))
    #expect(Double(extra) <= 0.001 * Double(wanted))
  }

  @Test func groups() throws {
    let file = OpenCVPeer.cascades.appendingPathComponent(Self.cascades[0])
    let paths = Self.paths()
    let theirs = try Self.openCV(file, paths, minNeighbors: 3)
    let detector = try CascadeDetector(contentsOf: file)
    for (image, their) in zip(try GreyImage.decode(paths), theirs) {
      #expect(Set(detector.groups(in: image.luma).map { [$0.x, $0.y, $0.width, $0.height] }) == their)
    }
  }

  /// OpenCV's windows in each image.
  private static func openCV(_ cascade: URL, _ paths: [String], minNeighbors: Int) throws -> [Set<[Int]>] {
    let script = """
      import cv2, sys
      cascade = cv2.CascadeClassifier(sys.argv[1])
      for path in sys.argv[3:]:
        grey = cv2.imread(path, cv2.IMREAD_GRAYSCALE)
        found = cascade.detectMultiScale(grey, minNeighbors=int(sys.argv[2]))
        print(" ".join(str(n) for window in found for n in window) or "none")
      """
    return try OpenCVPeer.lines(script, [cascade.path, "\(minNeighbors)"] + paths).map { line in
      Set(stride(from: 0, to: line.count, by: 4).map { line[$0..<($0 + 4)].map { Int($0) } })
    }
  }
}
