import CV4L2
import Foundation
import TestSupport
import Testing

@testable import Core
@testable import Media

/// The virtual cameras of `make test-v4l2`: two of the kernel's `vivid` driver, one of its outputs and three of v4l2loopback.
enum V4L2Cameras {
  /// Whether the tests run where these are.
  static let areThere = ProcessInfo.processInfo.environment["MIEN_V4L2_GUEST"] != nil
  static let first = "/dev/video0"
  static let second = "/dev/video1"
  static let output = "/dev/video10"
  static let loopback = "/dev/video20"

  /// Sets a control, or sets off a fault, through a handle of its own.
  static func set(_ control: String, _ value: String = "1", on path: String = first) throws {
    try V4L2Device(path).apply(CameraSettings(others: [control: value]))
  }

  /// A camera that has 60 frames a second, which makes for short waits.
  static func open(
    _ path: String = first, format: String? = nil, width: Int = 320, height: Int = 180, rate: Double = 60,
    settings: CameraSettings = CameraSettings(), onChange: @escaping @Sendable (CameraStatus) -> Void = { _ in }
  ) throws -> CameraSource {
    let size = CameraSize(width: width, height: height)
    let request = CaptureRequest(size: size, rate: rate, format: format.map { FourCC($0)! })
    return try CameraSource(path, request: request, settings: settings, onChange: onChange)
  }

  /// Reads frames until `isEnough` says so; fails after `limit` of them.
  @discardableResult
  static func read(
    _ source: CameraSource, limit: Int = 400, until isEnough: (MediaFrame) throws -> Bool
  ) throws -> MediaFrame {
    for _ in 0..<limit {
      let frame = try #require(try source.next()) as! MediaFrame
      if try isEnough(frame) { return frame }
    }
    Issue.record("not within \(limit) frames")
    throw CameraError.silent(source.description.path, seconds: 0)
  }

  /// One frame after `count` others.
  @discardableResult static func avFrame(_ source: CameraSource, after count: Int = 0) throws -> MediaFrame {
    try read(source) { $0.index >= count }
  }

  /// Starts a program that lives until `body` ends.
  static func beside(_ program: String, _ arguments: [String], _ body: (ChildProcess) throws -> Void) throws {
    let process = try ChildProcess(program, arguments)
    defer { process.stop() }
    try body(process)
  }

  /// Waits for `condition`, looking every 0.1 s for at most `seconds`.
  static func wait(_ seconds: Double = 60, _ condition: () -> Bool) -> Bool {
    let end = Date().addingTimeInterval(seconds)
    while !condition() {
      if Date() > end { return false }
      Thread.sleep(forTimeInterval: 0.1)
    }
    return true
  }

  static var descriptors: Int { (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0 }
}

/// vivid's colour bars, eight from left to right, as a frame shows them.
struct Bars {
  /// Blue, green, red of each bar's middle.
  var colours: [[Int]]
  /// Luma of each bar's middle.
  var luma: [Int]

  init(_ frame: MediaFrame) {
    let (colours, luma) = (frame.read(frame.bars).pixels, frame.luma)
    let places = (0..<8).map { (2 * $0 + 1) * frame.width / 16 }
    self.colours = places.map { x in (0..<3).map { Int(colours[x * 4 + $0]) } }
    self.luma = places.map { Int(luma.base[frame.height / 2 * luma.stride + $0]) }
  }

  /// Greatest difference of a channel.
  func colourDifference(_ other: Bars) -> Int {
    zip(colours.joined(), other.colours.joined()).map { abs($0 - $1) }.max()!
  }

  /// Greatest difference of luma. vivid makes its grey formats as a sensor without colours would, by Rec. 709's weights.
  func lumaDifference(_ other: Bars, isSensorGrey: Bool = false) -> Int {
    let expected = isSensorGrey ? other.colours.map(Bars.rec709) : other.luma
    return zip(luma, expected).map { abs($0 - $1) }.max()!
  }

  private static func rec709(_ colour: [Int]) -> Int {
    Int((0.0722 * Double(colour[0]) + 0.7152 * Double(colour[1]) + 0.2126 * Double(colour[2])).rounded())
  }
}

extension MediaFrame {
  /// The row in the middle.
  fileprivate var bars: PixelRect { PixelRect(x: 0, y: height / 2, width: width, height: 1) }
}
