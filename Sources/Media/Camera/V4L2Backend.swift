import CV4L2
import Core
import Glibc

/// Opens a camera of this machine, and finds it again after it was unplugged: at the same path if it is still the same
/// camera, else by its name, in the same socket first.
final class V4L2Backend: CameraBackend {
  private let asked: String?
  private let request: CaptureRequest
  private let settings: CameraSettings
  private let waker: Waker
  private let clock = SystemClock()
  /// What it was the first time.
  private var known: (path: String, name: String, bus: String)?
  /// Sockets of other cameras of the same name: they are not it.
  private var twins: Set<String> = []

  init(_ asked: String?, _ request: CaptureRequest, _ settings: CameraSettings, _ waker: Waker) {
    (self.asked, self.request, self.settings, self.waker) = (asked, request, settings, waker)
  }

  func pause(_ seconds: Double) { waker.pause(seconds) }
  func now() -> Double { clock.now() }

  func connect() throws(CameraError) -> any CaptureStream {
    let path = try self.path()
    let device = try V4L2Device(path)
    let capability = try device.capability()
    guard capability.captures else {
      throw capability.capturesPlanes ? .severalPlanes(path) : .notCamera(path)
    }
    let stream = try CameraNegotiation(device, request).stream(named: capability.name, settings, waker)
    if known == nil { remember(path, capability.name, capability.bus) }
    return stream
  }

  private func remember(_ path: String, _ name: String, _ bus: String) {
    known = (path, name, bus)
    twins = Set(Camera.identities().filter { $0.name == name && $0.bus != bus }.map(\.bus))
  }

  private func path() throws(CameraError) -> String {
    guard let known else { return try firstPath() }
    let same = Camera.identities().filter {
      $0.name == known.name && $0.problem == nil && !twins.contains($0.bus)
    }
    let best = same.first { $0.path == known.path } ?? same.first { $0.bus == known.bus } ?? same.first
    if let best { return best.path }
    if known.path.hasPrefix("/dev/video") { throw .gone(known.path) }
    return known.path
  }

  private func firstPath() throws(CameraError) -> String {
    let path = try Camera.find(asked)
    guard access(path, F_OK) == 0 else { throw .notFound(path, known: Camera.identities().map(\.path)) }
    return path
  }
}

/// Settles format, size and rate with a driver.
struct CameraNegotiation {
  private let device: V4L2Device
  private let request: CaptureRequest

  init(_ device: V4L2Device, _ request: CaptureRequest) { (self.device, self.request) = (device, request) }

  /// The stream for the first plan that the driver agrees to.
  func stream(named name: String, _ settings: CameraSettings, _ waker: Waker) throws(CameraError) -> V4L2Stream {
    let offered = device.formats(V4L2_BUF_TYPE_VIDEO_CAPTURE)
    let unread = offered.map(\.code).filter { CameraPixelFormat.named($0) == nil }
    for plan in try plans(offered) {
      var format = v4l2_pix_format()
      guard try agree(plan, &format) else { continue }
      let rate = agreedRate(plan.interval)
      try device.apply(settings)
      let size = CameraSize(width: Int(format.width), height: Int(format.height))
      let description = CameraDescription(
        path: device.path, name: name, format: plan.format.code, size: size, rate: rate, unread: unread)
      return V4L2Stream(device, description, try FrameUnpacker(plan.format, format, device), waker)
    }
    throw .noReadableFormat(device.path, offered: offered.map(\.code))
  }

  private func plans(_ offered: [CameraFormat]) throws(CameraError) -> [CameraPlan] {
    let codes = offered.map(\.code)
    if let format = request.format {
      guard codes.contains(format) else { throw .formatNotOffered(device.path, format, offered: codes) }
      guard CameraPixelFormat.named(format) != nil else { throw .formatNotRead(device.path, format) }
    }
    return request.plans(among: offered)
  }

  /// Whether the driver takes the plan, and what `settled` it makes of it.
  ///
  /// Not an optional result: of such a one the emulated machine of `make test-v4l2` read what had been written over it.
  private func agree(_ plan: CameraPlan, _ settled: inout v4l2_pix_format) throws(CameraError) -> Bool {
    settled.width = UInt32(plan.size.width)
    settled.height = UInt32(plan.size.height)
    settled.pixelformat = plan.format.code.rawValue
    settled.field = V4L2_FIELD_NONE.rawValue
    return try device.settle(&settled, V4L2_BUF_TYPE_VIDEO_CAPTURE) && settled.pixelformat == plan.format.code.rawValue
  }

  /// The rate that the driver then promises; drivers without rates keep their own.
  private func agreedRate(_ interval: FrameInterval?) -> Double? {
    guard let interval else { return nil }
    var parameters = v4l2_streamparm()
    parameters.type = V4L2_BUF_TYPE_VIDEO_CAPTURE.rawValue
    parameters.parm.capture.timeperframe = v4l2_fract(
      numerator: UInt32(interval.numerator), denominator: UInt32(interval.denominator))
    guard device.call(V4LSetParameters, &parameters) == 0 else { return nil }
    return FrameInterval(parameters.parm.capture.timeperframe)?.rate
  }
}
