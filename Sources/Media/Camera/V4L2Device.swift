import CV4L2
import Glibc

/// An open video node: the descriptor and the ioctls on it.
///
/// `@unchecked Sendable`: immutable; the descriptor is closed when the last holder lets go.
final class V4L2Device: @unchecked Sendable {
  /// The path it was opened under.
  let path: String
  let descriptor: Int32

  /// Opens the node without waiting for anything.
  init(_ path: String) throws(CameraError) {
    self.path = path
    descriptor = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC)
    if descriptor < 0 { throw V4L2Device.refusal(path, errno) }
  }

  deinit { close(descriptor) }

  /// One ioctl: 0, or the negative error number.
  func call<Argument>(_ request: UInt, _ argument: inout Argument) -> Int32 {
    withUnsafeMutablePointer(to: &argument) { V4LCall(descriptor, request, $0) }
  }

  /// One ioctl that must work; `step` says in a word or two what it was for.
  func demand<Argument>(_ request: UInt, _ argument: inout Argument, _ step: String) throws(CameraError) {
    let status = call(request, &argument)
    if status != 0 { throw failure(step, -status) }
  }

  /// Sets a queue's format to what the driver makes of `request`, which becomes that; false where it refuses.
  func settle(_ request: inout v4l2_pix_format, _ queue: v4l2_buf_type) throws(CameraError) -> Bool {
    var format = v4l2_format()
    format.type = queue.rawValue
    format.fmt.pix = request
    let status = call(V4LSetFormat, &format)
    if status == -EBUSY || status == -ENODEV { throw failure("format", -status) }
    if status == 0 { request = format.fmt.pix }
    return status == 0
  }

  /// What error number `code` means for this device.
  func failure(_ step: String, _ code: Int32) -> CameraError {
    switch code {
    case EBUSY: .busy(path, holders: DeviceHolders.find(path))
    case ENODEV, ENXIO: .gone(path)
    default: .driver(path, step: step, code: code)
    }
  }

  /// What the driver says of the node.
  func capability() throws(CameraError) -> v4l2_capability {
    var capability = v4l2_capability()
    let status = call(V4LQueryCapability, &capability)
    if status == -ENODEV { throw .gone(path) }
    if status != 0 { throw .notCamera(path) }
    return capability
  }

  private static func refusal(_ path: String, _ code: Int32) -> CameraError {
    switch code {
    case EACCES, EPERM: .noPermission(path, group: DeviceHolders.group(path))
    case EBUSY: .busy(path, holders: DeviceHolders.find(path))
    case ENOENT, ENODEV, ENXIO, ENOTDIR: .gone(path)
    default: .driver(path, step: "open", code: code)
    }
  }
}

extension v4l2_capability {
  /// What this node can do, not what its siblings can.
  private var own: UInt32 { capabilities & V4L2_CAP_DEVICE_CAPS != 0 ? device_caps : capabilities }

  /// Gives frames in one buffer each, through mapped memory.
  var captures: Bool { has(V4L2_CAP_VIDEO_CAPTURE) && has(V4L2_CAP_STREAMING) }
  /// Gives frames in a buffer a plane.
  var capturesPlanes: Bool { has(V4L2_CAP_VIDEO_CAPTURE_MPLANE) }
  /// Takes frames through mapped memory.
  var outputs: Bool { has(V4L2_CAP_VIDEO_OUTPUT) && has(V4L2_CAP_STREAMING) }

  /// The camera's name.
  var name: String { text(card) }
  /// Where it is plugged in.
  var bus: String { text(bus_info) }
  /// The kernel driver.
  var driverName: String { text(driver) }

  private func has(_ flag: Int32) -> Bool { own & UInt32(flag) != 0 }
}

/// A C array of characters as text, up to its first zero.
func text<Characters>(_ characters: Characters) -> String {
  withUnsafeBytes(of: characters) { bytes in String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self) }
}
