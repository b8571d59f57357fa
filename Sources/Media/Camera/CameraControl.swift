import CV4L2
import Foundation

/// A camera's control: exposure, focus, brightness, a flip, …
public struct CameraControl: Hashable, Sendable {
  /// What values it takes.
  public enum Kind: Hashable, Sendable {
    /// Whole numbers of a range, by steps.
    case integer(ClosedRange<Int>, step: Int)
    /// Off or on.
    case boolean
    /// One of these, by number.
    case menu([Int: String])
    /// Any value sets it off.
    case button
  }

  /// The driver's name in small letters, other characters as underlines, as other V4L2 tools write it.
  public var name: String
  /// What values it takes.
  public var kind: Kind
  /// Its value; nil where it cannot be read.
  public var value: Int?
  /// The driver's number of it.
  let number: UInt32

  /// The values it takes, for people.
  public var allowed: String {
    switch kind {
    case .integer(let range, let step):
      "\(range.lowerBound) to \(range.upperBound)" + (step > 1 ? " in steps of \(step)" : "")
    case .boolean: "0 or 1"
    case .menu(let items): items.sorted { $0.key < $1.key }.map { "\($0.key) (\($0.value))" }.joined(separator: ", ")
    case .button: "any"
    }
  }

  /// The number that `text` stands for; nil where it is not allowed. Menus take their words too.
  func parse(_ text: String) -> Int? {
    let number = Int(text)
    switch kind {
    case .integer(let range, _): return number.flatMap { range.contains($0) ? $0 : nil }
    case .boolean: return ["0": 0, "off": 0, "no": 0, "1": 1, "on": 1, "yes": 1][text.lowercased()]
    case .menu(let items):
      if let number, items[number] != nil { return number }
      return items.first { $0.value.lowercased() == text.lowercased() }?.key
    case .button: return number ?? 1
    }
  }

  /// `Exposure, Auto` becomes `exposure_auto`.
  static func simplified(_ name: String) -> String {
    let words = name.lowercased().split { !($0.isLetter && $0.isASCII || $0.isNumber) }
    return words.joined(separator: "_")
  }
}

/// What someone wants of a camera's controls.
public struct CameraSettings: Hashable, Sendable {
  /// By itself, or a fixed value.
  public enum Setting: Hashable, Sendable {
    /// The camera decides.
    case automatic
    /// This value.
    case fixed(Double)
  }

  /// How long a frame is exposed; the fixed value is milliseconds.
  public var exposure: Setting?
  /// Where it is sharp; the fixed value is the camera's own unit.
  public var focus: Setting?
  /// Other controls by name, in order.
  public var others: [String: String]

  /// Settings; what is nil stays as it is.
  public init(exposure: Setting? = nil, focus: Setting? = nil, others: [String: String] = [:]) {
    (self.exposure, self.focus, self.others) = (exposure, focus, others)
  }
}

extension V4L2Device {
  /// Controls with one number as their value, in the driver's order, those that are switched off left out.
  func controls() -> [CameraControl] {
    var found: [CameraControl] = []
    var query = v4l2_queryctrl()
    query.id = V4LNextControl
    while call(V4LQueryControl, &query) == 0, found.count < 512 {
      if let control = control(query) { found.append(control) }
      query.id |= V4LNextControl
    }
    return found
  }

  /// Sets what `settings` ask for.
  func apply(_ settings: CameraSettings) throws(CameraError) {
    guard settings != CameraSettings() else { return }
    let controls = controls()
    for (control, value) in try ExposureAndFocus(path, controls).values(settings) { try set(control, value) }
    for (name, text) in settings.others.sorted(by: { $0.key < $1.key }) {
      guard let control = controls.first(where: { $0.name == CameraControl.simplified(name) }) else {
        throw .noControl(path, control: name, known: controls.map(\.name))
      }
      guard let value = control.parse(text) else {
        throw .badControl(path, control: name, value: text, allowed: control.allowed)
      }
      try set(control, value)
    }
  }

  private func set(_ control: CameraControl, _ value: Int) throws(CameraError) {
    var request = v4l2_control(id: control.number, value: Int32(clamping: value))
    try demand(V4LSetControl, &request, control.name)
  }

  private func control(_ query: v4l2_queryctrl) -> CameraControl? {
    let hidden = UInt32(V4L2_CTRL_FLAG_DISABLED | V4L2_CTRL_FLAG_READ_ONLY)
    guard query.flags & hidden == 0, let kind = kind(query) else { return nil }
    var current = v4l2_control(id: query.id, value: 0)
    let isReadable = call(V4LGetControl, &current) == 0
    return CameraControl(
      name: CameraControl.simplified(text(query.name)), kind: kind, value: isReadable ? Int(current.value) : nil,
      number: query.id)
  }

  private func kind(_ query: v4l2_queryctrl) -> CameraControl.Kind? {
    let (low, high) = (Int(query.minimum), Int(query.maximum))
    switch v4l2_ctrl_type(query.type) {
    case V4L2_CTRL_TYPE_INTEGER: return low <= high ? .integer(low...high, step: Int(query.step)) : nil
    case V4L2_CTRL_TYPE_BOOLEAN: return .boolean
    case V4L2_CTRL_TYPE_MENU, V4L2_CTRL_TYPE_INTEGER_MENU: return .menu(items(query))
    case V4L2_CTRL_TYPE_BUTTON: return .button
    default: return nil
    }
  }

  private func items(_ query: v4l2_queryctrl) -> [Int: String] {
    var items: [Int: String] = [:]
    for index in query.minimum...max(query.minimum, min(query.maximum, query.minimum + 255)) {
      var item = v4l2_querymenu()
      (item.id, item.index) = (query.id, UInt32(bitPattern: index))
      guard call(V4LQueryMenu, &item) == 0 else { continue }
      let isNumber = v4l2_ctrl_type(query.type) == V4L2_CTRL_TYPE_INTEGER_MENU
      items[Int(index)] = isNumber ? String(item.value) : text(item.name)
    }
    return items
  }
}

/// Exposure and focus are two controls each: who decides, and the value.
private struct ExposureAndFocus {
  let path: String
  let controls: [CameraControl]

  init(_ path: String, _ controls: [CameraControl]) { (self.path, self.controls) = (path, controls) }

  func values(_ settings: CameraSettings) throws(CameraError) -> [(CameraControl, Int)] {
    try exposure(settings.exposure) + focus(settings.focus)
  }

  private func exposure(_ setting: CameraSettings.Setting?) throws(CameraError) -> [(CameraControl, Int)] {
    switch setting {
    case nil: return []
    case .automatic: return [try exposureMenu([V4L2_EXPOSURE_AUTO, V4L2_EXPOSURE_APERTURE_PRIORITY])]
    case .fixed(let milliseconds):
      let byHand = [V4L2_EXPOSURE_MANUAL, V4L2_EXPOSURE_SHUTTER_PRIORITY]
      let mode = has(V4LExposureAuto) ? [try exposureMenu(byHand)] : []
      return mode + [try number(V4LExposureAbsolute, "exposure", milliseconds, unit: 10)]
    }
  }

  private func focus(_ setting: CameraSettings.Setting?) throws(CameraError) -> [(CameraControl, Int)] {
    switch setting {
    case nil: return []
    case .automatic: return [try number(V4LFocusAuto, "focus", 1)]
    case .fixed(let value):
      let mode = has(V4LFocusAuto) ? [try number(V4LFocusAuto, "focus", 0)] : []
      return mode + [try number(V4LFocusAbsolute, "focus", value)]
    }
  }

  private func has(_ number: UInt32) -> Bool { controls.contains { $0.number == number } }

  private func control(_ number: UInt32, _ name: String) throws(CameraError) -> CameraControl {
    if let control = controls.first(where: { $0.number == number }) { return control }
    throw .noControl(path, control: name, known: controls.map(\.name))
  }

  /// The first of `wanted` that the camera's menu has.
  private func exposureMenu(_ wanted: [v4l2_exposure_auto_type]) throws(CameraError) -> (CameraControl, Int) {
    let control = try control(V4LExposureAuto, "exposure")
    for item in wanted.map({ Int($0.rawValue) }) where control.parse(String(item)) != nil { return (control, item) }
    throw .badControl(path, control: "exposure", value: String(wanted[0].rawValue), allowed: control.allowed)
  }

  /// `value` in the driver's unit, of which there are `unit` in the one that people use.
  private func number(
    _ number: UInt32, _ name: String, _ value: Double, unit: Double = 1
  ) throws(CameraError) -> (CameraControl, Int) {
    let control = try control(number, name)
    if let allowed = control.parse(String(Int((value * unit).rounded()))) { return (control, allowed) }
    guard case .integer(let range, _) = control.kind, unit != 1 else {
      throw .badControl(path, control: name, value: String(value), allowed: control.allowed)
    }
    let (low, high) = (Double(range.lowerBound) / unit, Double(range.upperBound) / unit)
    throw .badControl(path, control: name, value: String(value), allowed: "\(low) to \(high)")
  }
}
