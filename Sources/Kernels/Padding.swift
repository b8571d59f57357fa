/// Copies row `row` (of the padded image) of an NHWC image with `padding` pixels of zeros on each side.
public func copyPadded(
  row: Int, _ image: UnsafePointer<Float>, height: Int, width: Int, channels: Int,
  padding: (height: Int, width: Int), _ target: UnsafeMutablePointer<Float>
) {
  let y = row - padding.height
  let (side, inside) = (padding.width * channels, width * channels)
  guard y >= 0, y < height else { return target.update(repeating: 0, count: inside + 2 * side) }
  target.update(repeating: 0, count: side)
  (target + side).update(from: image + y * inside, count: inside)
  (target + side + inside).update(repeating: 0, count: side)
}
