import Foundation
import Testing

@testable import Media

/// Capture from the kernel's virtual cameras. Slow: in the machine of `make test-v4l2` alone.
@Suite(.enabled(if: V4L2Cameras.areThere, "skipped: in make test-v4l2"), .serialized) struct V4L2CaptureSlow {
  typealias Cameras = V4L2Cameras

  @Test func camerasAreListed() throws {
    let cameras = Camera.list()
    let first = try #require(cameras.first { $0.path == Cameras.first })
    #expect(cameras.contains { $0.path == Cameras.second })
    #expect(!cameras.contains { $0.path == Cameras.output }, "an output is no camera")
    #expect(first.name == "vivid" && first.formats.count == 83)
    let yuyv = try #require(first.formats.first { $0.code == FourCC("YUYV") })
    let vga = try #require(yuyv.modes.first { $0.size == .exactly(CameraSize(width: 640, height: 480)) })
    #expect(vga.interval(for: 25)?.rate == 25)
    #expect(first.controls.contains { $0.name == "brightness" && $0.kind == .integer(0...255, step: 1) })
  }

  @Test func camerasAreFoundByPathNumberAndName() throws {
    #expect(try Camera.find(nil) == Cameras.first)
    #expect(try Camera.find("1") == Cameras.second)
    #expect(try Camera.find("VIVID") == Cameras.first)
    #expect(throws: CameraError.self) { try Camera.find("kitchen") }
    #expect(throws: CameraError.self) { try Cameras.open("/dev/video77") }
    #expect(throws: CameraError.notCamera("/dev/null")) { try Cameras.open("/dev/null") }
    #expect(throws: CameraError.notCamera(Cameras.output)) { try Cameras.open(Cameras.output) }
  }

  /// Every format of the driver: what is read shows the same bars as YUYV, the others are refused by name.
  @Test func everyFormatShowsTheSameBars() throws {
    try Cameras.set("osd_text_mode", "2")
    let reference = Bars(try Cameras.avFrame(try Cameras.open(format: "YUYV")))
    print("format   read by   greatest difference of luma, colour")
    var read = 0
    for format in try V4L2Device(Cameras.first).formats(.init(1)) {
      guard let reader = format.reader else {
        #expect(throws: CameraError.formatNotRead(Cameras.first, format.code)) {
          try Cameras.open(format: format.code.description)
        }
        print("\(padded(format.code)) refused   \(format.description)")
        continue
      }
      if format.code.description.hasPrefix("HSV") { try restoreHues() }
      let bars = Bars(try Cameras.avFrame(try Cameras.open(format: format.code.description)))
      let luma = bars.lumaDifference(reference, isSensorGrey: CameraPixelFormat.named(format.code)!.hasColour == false)
      let colour = bars.colourDifference(reference)
      let hasColour = CameraPixelFormat.named(format.code)!.hasColour
      print("\(padded(format.code)) \(reader)  \(luma)  \(hasColour ? String(colour) : "grey")  \(format.description)")
      #expect(luma <= tolerance(format.code), "\(format.code)")
      #expect(!hasColour || colour <= 2 * tolerance(format.code), "\(format.code)")
      read += 1
    }
    print("\(read) formats read")
    #expect(read > 50)
  }

  /// vivid forgets how hues are to be counted when an RGB format is set, and then counts to 255 without saying so.
  private func restoreHues() throws {
    for value in ["1", "0"] { try Cameras.set("hsv_encoding", value) }
  }

  private func padded(_ code: FourCC) -> String { code.description.padding(toLength: 8, withPad: " ", startingAt: 0) }

  /// Steps of the format's own depth, and what a Bayer mosaic loses.
  private func tolerance(_ code: FourCC) -> Int {
    switch code.description {
    case "RGB1": 40
    case "R444", "XR12", "AR12", "XB12", "AB12": 18
    case "RGBP", "RGBR", "RGBO", "RGBQ", "XR15", "AR15", "XB15", "AB15", "XR15-BE", "AR15-BE": 10
    default: 6
    }
  }

  @Test func theCheapestReadableFormatIsChosen() throws {
    let colour = try Cameras.open()
    #expect(["NV12", "NV21", "YU12", "YV12"].contains(colour.description.format.description))
    #expect(colour.description.unread.contains(FourCC("YUV4")!))
    colour.cancel()
    #expect(try colour.next() == nil)
    let grey = try CameraSource(Cameras.first, request: CaptureRequest(needsColour: false))
    #expect(grey.description.format == FourCC("GREY"))
    #expect(grey.description.size == CameraSize(width: 640, height: 480))
    #expect(grey.description.rate == 25)
  }

  @Test func timesAreTheDrivers() throws {
    let source = try Cameras.open(rate: 25)
    var times: [Double] = []
    try Cameras.read(source) { frame in
      times.append(frame.time)
      return times.count == 30
    }
    let frames = Double(times.count - 1 + source.figures.missed)
    #expect(abs((times.last! - times[0]) / frames - 0.04) < 0.002)
    #expect(zip(times, times.dropFirst()).allSatisfy { $0 < $1 })
  }

  @Test func controlsAreSet() throws {
    try Cameras.set("osd_text_mode", "2")
    let plain = Bars(try Cameras.avFrame(try Cameras.open()))
    let bars = Bars(try Cameras.avFrame(try Cameras.open(settings: CameraSettings(others: ["horizontal_flip": "on"]))))
    try Cameras.set("horizontal_flip", "0")
    #expect(plain.luma == bars.luma.reversed())
    #expect(plain.luma != bars.luma)
    #expect(throws: CameraError.badControl(Cameras.first, control: "brightness", value: "300", allowed: "0 to 255")) {
      try Cameras.open(settings: CameraSettings(others: ["brightness": "300"]))
    }
    #expect { try Cameras.open(settings: CameraSettings(exposure: .automatic)) } throws: { error in
      guard case CameraError.noControl(_, control: "exposure", let known) = error else { return false }
      return known.contains("brightness")
    }
  }

  /// Another program streams: the camera is busy, and the program is named.
  @Test func aBusyCameraNamesItsUser() throws {
    try Cameras.beside("/usr/bin/v4l2-ctl", ["-d", Cameras.first, "--stream-mmap", "--stream-to=/dev/null"]) { other in
      // Whoever opens it first has it.
      Thread.sleep(forTimeInterval: 3)
      var seen: CameraError?
      let isBusy = Cameras.wait {
        do { _ = try Cameras.open() } catch { seen = error as? CameraError }
        return seen != nil
      }
      #expect(isBusy)
      let holder = DeviceHolder(process: Int(other.identifier), name: "v4l2-ctl")
      #expect(seen == .busy(Cameras.first, holders: [holder]))
    }
    #expect(try Cameras.avFrame(try Cameras.open()).index == 0)
  }
}
