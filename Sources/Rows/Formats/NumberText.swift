/// Appends `value` in plain decimal notation with at most `decimals` digits after the point, trailing zeros left out.
/// The same bytes on every machine and under every locale. What is no number is written as 0, what is too large for its
/// digits as the largest that is not.
func appendNumber(_ value: Double, decimals: Int, to bytes: inout [UInt8]) {
  var scale = 1
  for _ in 0..<decimals { scale *= 10 }
  let limit = 9e15
  let scaled = value.isNaN ? 0 : Int(max(-limit, min(limit, (value * Double(scale)).rounded())))
  if scaled < 0 { bytes.append(UInt8(ascii: "-")) }
  appendInteger(abs(scaled) / scale, to: &bytes)
  appendFraction(abs(scaled) % scale, scale: scale, to: &bytes)
}

/// The same as text.
func numberText(_ value: Double, decimals: Int) -> String {
  var bytes: [UInt8] = []
  appendNumber(value, decimals: decimals, to: &bytes)
  return String(decoding: bytes, as: UTF8.self)
}

/// Appends a whole number; one below 0 as 0.
func appendInteger(_ value: Int, to bytes: inout [UInt8]) {
  guard value > 0 else { return bytes.append(UInt8(ascii: "0")) }
  if value >= 10 { appendInteger(value / 10, to: &bytes) }
  bytes.append(UInt8(ascii: "0") + UInt8(value % 10))
}

private func appendFraction(_ fraction: Int, scale: Int, to bytes: inout [UInt8]) {
  guard fraction > 0 else { return }
  bytes.append(UInt8(ascii: "."))
  var rest = fraction, unit = scale / 10
  while rest > 0 {
    bytes.append(UInt8(ascii: "0") + UInt8(rest / unit))
    rest %= unit
    unit /= 10
  }
}

extension [UInt8] {
  /// Appends UTF-8.
  mutating func append(text: String) { append(contentsOf: text.utf8) }
}

/// Digits after the point in rows: enough that nothing is lost that means anything.
enum Decimals {
  /// Seconds: microseconds.
  static let time = 6
  /// Pixels.
  static let box = 1
  /// Probabilities and scores.
  static let share = 4
}
