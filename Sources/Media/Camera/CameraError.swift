/// A program that holds a device open.
public struct DeviceHolder: Hashable, Sendable {
  /// Process number.
  public var process: Int
  /// The program's name.
  public var name: String
}

/// Why a camera or a video output cannot be used. Data only: the sentences are made in the program.
public enum CameraError: Error, Hashable, Sendable {
  /// The machine has no camera at all.
  case noCamera
  /// None of the cameras has this name, number or path.
  case notFound(String, known: [String])
  /// Several cameras have names that hold this text.
  case ambiguous(String, fitting: [String])
  /// The node is no V4L2 device, or one that gives no frames.
  case notCamera(String)
  /// It gives each plane of a frame in a buffer of its own.
  case severalPlanes(String)
  /// Its permissions keep this user out; `group` is the group that may.
  case noPermission(String, group: String?)
  /// Another program streams from it.
  case busy(String, holders: [DeviceHolder])
  /// It was unplugged.
  case gone(String)
  /// None of its formats is read here.
  case noReadableFormat(String, offered: [FourCC])
  /// It does not have the format asked for.
  case formatNotOffered(String, FourCC, offered: [FourCC])
  /// It has the format asked for, and nothing here reads it.
  case formatNotRead(String, FourCC)
  /// It has no such control.
  case noControl(String, control: String, known: [String])
  /// The control does not take this value.
  case badControl(String, control: String, value: String, allowed: String)
  /// It sends no frames.
  case silent(String, seconds: Double)
  /// The driver refused a step; `code` is the system's error number.
  case driver(String, step: String, code: Int32)

  /// No such video output is there; these are.
  case noOutput(String, known: [String])
  /// The node takes no frames.
  case notOutput(String)
  /// The output takes none of the formats that can be written; these it takes.
  case noWritableFormat(String, offered: [FourCC])
}
