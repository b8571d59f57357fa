extension RGB {
  /// From its parts, each 0 to 1.
  init(red: Double, green: Double, blue: Double) {
    (self.red, self.green, self.blue) = (red, green, blue)
  }

  /// The colour `share` of the way to `other`.
  func mixed(with other: RGB, _ share: Double) -> RGB {
    func mix(_ a: Double, _ b: Double) -> Double { a + (b - a) * share }
    return RGB(red: mix(red, other.red), green: mix(green, other.green), blue: mix(blue, other.blue))
  }
}

/// Colours for a quantity: luminance falls or rises all the way, so that a grey print reads the same.
struct ColorRamp {
  /// From 0 to 1 in equal steps.
  let stops: [RGB]

  /// White to dark blue.
  static let ink = ColorRamp(stops: [RGB(0xFFFFFF), RGB(0x9ECAE1), RGB(0x2171B5), RGB(0x08306B)])
  /// Dark violet over red to light yellow, after matplotlib's `inferno`.
  static let heat = ColorRamp(stops: [RGB(0x1B0C41), RGB(0x781C6D), RGB(0xCF4446), RGB(0xFB9A06), RGB(0xFCFFA4)])

  /// The colour of `value`, 0 to 1.
  func color(_ value: Double) -> RGB {
    let place = min(max(value, 0), 1) * Double(stops.count - 1)
    let first = min(Int(place), stops.count - 2)
    return stops[first].mixed(with: stops[first + 1], place - Double(first))
  }
}
