import Core
import Foundation

/// A colour: red, green and blue, each 0 to 1, sRGB.
public struct RGB: Hashable, Sendable {
  /// Red.
  public let red: Double
  /// Green.
  public let green: Double
  /// Blue.
  public let blue: Double

  /// A colour written as 0xRRGGBB.
  public init(_ hex: Int) {
    red = Double(hex >> 16 & 255) / 255
    green = Double(hex >> 8 & 255) / 255
    blue = Double(hex & 255) / 255
  }

  /// WCAG's relative luminance.
  var luminance: Double {
    func linear(_ value: Double) -> Double { value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4) }
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
  }

  /// Black or white: whichever reads better on it (at least 4.5:1 on any colour).
  var readableInk: RGB { luminance > 0.179 ? RGB(0x000000) : RGB(0xFFFFFF) }

  /// `#rrggbb`.
  public var css: String {
    "#"
      + [red, green, blue].map { value in
        let digits = String(Int((value * 255).rounded()), radix: 16)
        return digits.count == 1 ? "0" + digits : digits
      }.joined()
  }
}

/// Colours of expressions, told apart by colour-blind people too: those of Okabe and Ito, *Color Universal Design* (2008),
/// with a grey for neutral.
public enum ChartPalette {
  private static let named: [String: RGB] = [
    "angry": RGB(0xD55E00), "disgust": RGB(0x009E73), "fear": RGB(0xCC79A7), "happy": RGB(0xF0E442),
    "sad": RGB(0x0072B2), "surprise": RGB(0x56B4E9), "neutral": RGB(0xC8C8C8), "contempt": RGB(0xE69F00),
  ]
  /// No expression named.
  public static let uncertain = RGB(0x7A7A7A)
  static let plate = RGB(0x14171C)
  static let text = RGB(0xFFFFFF)
  static let quietText = RGB(0xD8DCE2)
  /// How opaque a plate is: white text on it reads over white too.
  static let plateOpacity = 0.84

  /// The colour of a class; classes that Mien does not know (imported networks) share out the named colours.
  public static func color(of expression: String?, in labels: LabelSet) -> RGB {
    guard let expression else { return uncertain }
    if let color = named[expression] { return color }
    let place = labels.names.firstIndex(of: expression) ?? 0
    return named[LabelSet.ferPlus.names[place % LabelSet.ferPlus.names.count]]!
  }
}
