import CV4L2
import Foundation

/// A camera of this machine, as it describes itself.
public struct Camera: Sendable {
  /// Its node: `/dev/video0`.
  public var path: String
  /// Its name.
  public var name: String
  /// Where it is plugged in.
  public var bus: String
  /// Its kernel driver.
  public var driver: String
  /// Formats in the driver's order.
  public var formats: [CameraFormat]
  /// Controls in the driver's order.
  public var controls: [CameraControl]
  /// Why it cannot be used, if so.
  public var problem: CameraError?

  /// Every camera, by number. Nodes that may not be opened are listed with their problem; nodes that give no frames
  /// (outputs, metadata) are left out.
  public static func list() -> [Camera] {
    nodes().compactMap { path in
      do {
        let device = try V4L2Device(path)
        let camera = try Camera(device)
        return camera
      } catch CameraError.notCamera {
        return nil
      } catch {
        return Camera(unusable: path, error as? CameraError)
      }
    }
  }

  /// The node for what someone typed: a path, a number, a name or part of one; nil: the first camera that can be used.
  public static func find(_ text: String?) throws(CameraError) -> String {
    guard let text else { return try first() }
    if text.hasPrefix("/") { return text }
    if let number = Int(text) { return try find(number) }
    return try find(named: text)
  }

  /// Paths of video nodes in order of their numbers.
  static func nodes() -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/dev")) ?? []
    let numbers = names.filter { $0.hasPrefix("video") }.compactMap { Int($0.dropFirst(5)) }
    return numbers.sorted().map { "/dev/video\($0)" }
  }

  private static func first() throws(CameraError) -> String {
    let cameras = identities()
    if let usable = cameras.first(where: { $0.problem == nil }) { return usable.path }
    throw cameras.first?.problem ?? .noCamera
  }

  private static func find(_ number: Int) throws(CameraError) -> String {
    let path = "/dev/video\(number)"
    guard nodes().contains(path) else { throw .notFound(String(number), known: identities().map(\.path)) }
    return path
  }

  private static func find(named text: String) throws(CameraError) -> String {
    let cameras = identities()
    let wanted = text.lowercased()
    let exact = cameras.filter { $0.name.lowercased() == wanted }
    if let camera = exact.first { return camera.path }
    let fitting = cameras.filter { $0.name.lowercased().contains(wanted) }
    if fitting.count > 1 { throw .ambiguous(text, fitting: fitting.map { "\($0.path) (\($0.name))" }) }
    if let camera = fitting.first { return camera.path }
    throw cameras.isEmpty ? .noCamera : .notFound(text, known: cameras.map { "\($0.path) (\($0.name))" })
  }

  /// Cameras without their formats and controls, which take longer to ask for.
  static func identities() -> [Camera] {
    nodes().compactMap { path in
      do {
        return try Camera(identityOf: try V4L2Device(path))
      } catch CameraError.notCamera {
        return nil
      } catch {
        return Camera(unusable: path, error as? CameraError)
      }
    }
  }
}

extension Camera {
  /// Everything that `device` tells.
  private init(_ device: V4L2Device) throws(CameraError) {
    self = try Camera(identityOf: device)
    guard problem == nil else { return }
    formats = device.formats(V4L2_BUF_TYPE_VIDEO_CAPTURE)
    controls = device.controls()
  }

  private init(identityOf device: V4L2Device) throws(CameraError) {
    let capability = try device.capability()
    guard capability.captures || capability.capturesPlanes else { throw .notCamera(device.path) }
    self.init(
      path: device.path, name: capability.name, bus: capability.bus, driver: capability.driverName, formats: [],
      controls: [], problem: capability.captures ? nil : .severalPlanes(device.path))
  }

  private init(unusable path: String, _ problem: CameraError?) {
    let name = try? String(contentsOfFile: "/sys/class/video4linux/\(path.dropFirst(5))/name", encoding: .utf8)
    self.init(
      path: path, name: name?.trimmingCharacters(in: .whitespacesAndNewlines) ?? "", bus: "", driver: "", formats: [],
      controls: [], problem: problem)
  }
}
