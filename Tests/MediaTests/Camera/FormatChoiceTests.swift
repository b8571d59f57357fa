import CFFmpeg
import Testing

@testable import Media

/// Which of a camera's formats, sizes and rates is taken.
@Suite struct FormatChoiceTests {
  private func format(_ code: String, _ modes: [CameraMode]) -> CameraFormat {
    CameraFormat(code: FourCC(code)!, description: code, modes: modes)
  }

  private func mode(_ width: Int, _ height: Int, _ rates: Double...) -> CameraMode {
    CameraMode(
      size: .exactly(CameraSize(width: width, height: height)),
      intervals: rates.map { .exactly(FrameInterval(rate: $0)) })
  }

  /// A webcam as they are sold: raw up to VGA at full rate, MJPEG above.
  private var webcam: [CameraFormat] {
    [
      format("MJPG", [mode(1920, 1080, 30), mode(1280, 720, 60, 30), mode(640, 480, 30)]),
      format("YUYV", [mode(1920, 1080, 5), mode(1280, 720, 10), mode(640, 480, 30, 15)]),
      format("HSV9", [mode(640, 480, 120)]),
    ]
  }

  private func best(_ formats: [CameraFormat], _ request: CaptureRequest) -> String? {
    request.plans(among: formats).first.map { "\($0.format.code) \($0.size) \($0.interval?.rate ?? 0)" }
  }

  @Test func rawFormatsComeBeforeCodedOnes() {
    #expect(best(webcam, CaptureRequest()) == "YUYV 640x480 30.0")
  }

  @Test func theRateDecidesBeforeTheFormat() {
    let size = CameraSize(width: 1280, height: 720)
    #expect(best(webcam, CaptureRequest(size: size, rate: 30)) == "MJPG 1280x720 30.0")
    #expect(best(webcam, CaptureRequest(size: size, rate: 10)) == "YUYV 1280x720 10.0")
  }

  @Test func theNearestSizeAndTheNextRate() {
    #expect(best(webcam, CaptureRequest(size: CameraSize(width: 600, height: 500), rate: 14)) == "YUYV 640x480 15.0")
    #expect(best(webcam, CaptureRequest(rate: 100)) == "YUYV 640x480 30.0")
  }

  @Test func formatsThatNobodyReadsAreLeftOut() {
    #expect(CaptureRequest().plans(among: webcam).map(\.format.code.description) == ["YUYV", "MJPG"])
    #expect(best([format("HSV9", [])], CaptureRequest()) == nil)
    #expect(best(webcam, CaptureRequest(format: FourCC("MJPG"))) == "MJPG 640x480 30.0")
  }

  @Test func greyIsTheCheapestAndTheLastToLookAt() {
    let formats = [format("MJPG", [mode(640, 480, 30)]), format("GREY", [mode(640, 480, 30)])] + webcam
    #expect(best(formats, CaptureRequest(needsColour: false)) == "GREY 640x480 30.0")
    #expect(CaptureRequest().plans(among: formats).last?.format.code.description == "GREY")
  }

  @Test func costsAreInOrder() {
    let order = ["NV12", "YUYV", "RGB3", "MJPG", "H264", "NV16"].map { CameraPixelFormat.named(FourCC($0)!)!.cost }
    #expect(order == order.sorted() && Set(order).count == order.count)
  }

  @Test func steppedSizesAndRatesAreKept() {
    let size = SizeChoice.stepwise(
      from: CameraSize(width: 48, height: 32), to: CameraSize(width: 1000, height: 700),
      step: CameraSize(width: 16, height: 8))
    #expect(size.nearest(to: CameraSize(width: 643, height: 477)) == CameraSize(width: 640, height: 480))
    #expect(size.nearest(to: CameraSize(width: 9999, height: 1)) == CameraSize(width: 992, height: 32))
    let intervals = IntervalChoice.stepwise(
      shortest: FrameInterval(1, 60), longest: FrameInterval(1, 2), step: FrameInterval(1, 60))
    #expect(intervals.nearest(to: 25) == FrameInterval(2, 60))
    #expect(intervals.nearest(to: 30) == FrameInterval(2, 60))
    #expect(intervals.nearest(to: 500) == FrameInterval(1, 60))
    let free = IntervalChoice.stepwise(
      shortest: FrameInterval(1, 1000), longest: FrameInterval(1000, 1), step: FrameInterval(1, 1))
    #expect(free.nearest(to: 30) == FrameInterval(1, 30))
  }

  @Test func ratesAreTheFractionsThatDriversCountIn() {
    #expect(FrameInterval(rate: 30) == FrameInterval(1, 30))
    #expect(FrameInterval(rate: 29.97) == FrameInterval(1001, 30000))
    #expect(FrameInterval(rate: 12.5) == FrameInterval(1000, 12500))
  }

  @Test func codesAreWrittenAsToolsWriteThem() {
    for text in ["YUYV", "Y16", "Y16-BE", "RGB3"] { #expect(FourCC(text)?.description == text) }
    #expect(FourCC("YUYV")?.rawValue == 0x5659_5559)
    #expect(FourCC("") == nil && FourCC("YUYVY") == nil)
  }

  /// Every row of the table is known to the library that it names.
  @Test func everyFormatOfTheTableCanBeRead() {
    for row in CameraPixelFormat.table {
      switch row.reader {
      case .raw(let format, let swapsChroma):
        #expect(sws_isSupportedInput(format) != 0, "\(row.code)")
        #expect(sws_isSupportedOutput(PixelLayout.working(forCamera: format).format) != 0, "\(row.code)")
        #expect(!swapsChroma || PixelLayout.working(forCamera: format).model == .yuv, "\(row.code)")
      case .coded(let codec): #expect(avcodec_find_decoder(codec) != nil, "\(row.code)")
      case .libv4l: break
      }
    }
  }
}
