/// A number with `decimals` places, whatever the locale.
func fixed(_ value: Double, _ decimals: Int) -> String {
  var unit = 1
  for _ in 0..<decimals { unit *= 10 }
  let total = Int((abs(value) * Double(unit)).rounded())
  let sign = value < 0 && total > 0 ? "-" : ""
  guard decimals > 0 else { return sign + String(total) }
  let fraction = String(total % unit)
  return sign + "\(total / unit)." + String(repeating: "0", count: decimals - fraction.count) + fraction
}
