import Media

/// The options of `mien live` that a camera takes.
enum CameraOptions {
  static let format = Option.text(
    "--pixel-format", "CODE", "The camera's pixel format, such as YUYV or MJPG (default: the cheapest that is read).")
  static let exposure = Option.text("--exposure", "auto|MS", "The camera's exposure in milliseconds, or left to it.")
  static let focus = Option.text("--focus", "auto|N", "The camera's focus in its own unit, or left to it.")
  static let control = Option.list(
    "--control", "NAME=VALUE,…", "Other controls of the camera; --list shows their names and values.")

  /// In the order of help.
  static let all = [format.spec, exposure.spec, focus.spec, control.spec]

  /// The format asked for.
  static func pixelFormat(_ arguments: Arguments) throws(CommandLineError) -> FourCC? {
    guard let text = arguments[format] else { return nil }
    guard let code = FourCC(text) else { throw .badValue(option: format.spec, text: text) }
    return code
  }

  /// The controls asked for.
  static func settings(_ arguments: Arguments) throws(CommandLineError) -> CameraSettings {
    var settings = CameraSettings()
    settings.exposure = try setting(exposure, arguments)
    settings.focus = try setting(focus, arguments)
    for pair in arguments[control] ?? [] {
      let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { throw .badValue(option: control.spec, text: pair) }
      settings.others[parts[0]] = parts[1]
    }
    return settings
  }

  private static func setting(
    _ option: Option<String>, _ arguments: Arguments
  ) throws(CommandLineError) -> CameraSettings.Setting? {
    guard let text = arguments[option] else { return nil }
    if text == "auto" { return .automatic }
    guard let value = Double(text), value.isFinite, value >= 0, value < 1e6 else {
      throw .badValue(option: option.spec, text: text)
    }
    return .fixed(value)
  }
}
