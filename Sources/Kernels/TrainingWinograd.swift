/// Winograd's convolution F(4x4, 3x3) (Lavin and Gray, 2016) for training: stride 1, NHWC, channels a multiple of 8.
///
/// A tile is 4x4 outputs, made from 6x6 inputs. Tiles are numbered through a batch: image, row, column. Transformed tiles
/// lie in 36 planes, one a point; a plane holds `tiles` rows of channels (`plane` floats apart).
public struct WinogradTiles: Sendable {
  /// Points of a tile.
  public static let points = 36
  /// Rows and columns of the input and of the output, which has the input's plus `2 * padding - 2`.
  public var height: Int
  /// Columns of the input.
  public var width: Int
  /// Zeros around the input.
  public var padding: Int

  /// Tiles over `height` x `width` inputs.
  public init(height: Int, width: Int, padding: Int) {
    (self.height, self.width, self.padding) = (height, width, padding)
  }

  /// Rows of the output.
  public var outHeight: Int { height + 2 * padding - 2 }
  /// Columns of the output.
  public var outWidth: Int { width + 2 * padding - 2 }
  /// Tiles from top to bottom.
  public var down: Int { (outHeight + 3) / 4 }
  /// Tiles from left to right.
  public var across: Int { (outWidth + 3) / 4 }
  /// Tiles of one image.
  public var perImage: Int { down * across }

  @inline(__always)
  func place(_ tile: Int) -> (image: Int, row: Int, column: Int) {
    let (image, rest) = tile.quotientAndRemainder(dividingBy: perImage)
    let (row, column) = rest.quotientAndRemainder(dividingBy: across)
    return (image, row * 4, column * 4)
  }
}

/// Six vectors, a row or column of a tile.
private typealias Six = (Lanes, Lanes, Lanes, Lanes, Lanes, Lanes)

/// Bᵀ times a column of inputs.
@inline(__always)
private func inputColumn(_ d: Six) -> Six {
  let even = d.4 - 4 * d.2
  let odd = d.3 - 4 * d.1
  let evenHalf = d.4 - d.2
  let oddHalf = 2 * (d.3 - d.1)
  return (
    4 * d.0 - 5 * d.2 + d.4, even + odd, even - odd, evenHalf + oddHalf, evenHalf - oddHalf,
    4 * d.1 - 5 * d.3 + d.5
  )
}

/// Aᵀ times a column of points.
@inline(__always)
private func outputColumn(_ m: Six) -> (Lanes, Lanes, Lanes, Lanes) {
  let (sum, difference) = (m.1 + m.2, m.1 - m.2)
  let (sum2, difference2) = (m.3 + m.4, m.3 - m.4)
  return (
    m.0 + sum + sum2, difference + 2 * difference2, sum + 4 * sum2, difference + 8 * difference2 + m.5
  )
}

/// A times a column of output gradients.
@inline(__always)
private func gradientColumn(_ y: (Lanes, Lanes, Lanes, Lanes)) -> Six {
  let (even, odd) = (y.0 + y.2, y.1 + y.3)
  let (even2, odd2) = (y.0 + 4 * y.2, 2 * y.1 + 8 * y.3)
  return (y.0, even + odd, even - odd, even2 + odd2, even2 - odd2, y.3)
}

/// Transforms the inputs of `tiles`: point p of tile t, channel c goes to `planes[p * plane + t * channels + c]`.
/// `patch` has room for 36 * channels floats and 36 vectors.
public func winogradInput(
  _ geometry: WinogradTiles, tiles: Range<Int>, channels: Int, _ input: UnsafePointer<Float>,
  _ planes: UnsafeMutablePointer<Float>, plane: Int, patch: UnsafeMutablePointer<Float>
) {
  let image = geometry.height * geometry.width * channels
  for (slot, tile) in tiles.enumerated() {
    let place = geometry.place(tile)
    let (top, left) = (place.row - geometry.padding, place.column - geometry.padding)
    let whole = top >= 0 && left >= 0 && top + 6 <= geometry.height && left + 6 <= geometry.width
    var from = input + place.image * image
    var rowStep = geometry.width * channels
    if whole {
      from += (top * geometry.width + left) * channels
    } else {
      cut(geometry, from, top, left, channels, 6, patch)
      (from, rowStep) = (UnsafePointer(patch), 6 * channels)
    }
    inputTile(from, rowStep, channels, planes + slot * channels, plane, patch + 36 * channels)
  }
}

/// Copies `side` x `side` pixels, zeros where they lie outside the image.
private func cut(
  _ geometry: WinogradTiles, _ image: UnsafePointer<Float>, _ top: Int, _ left: Int, _ channels: Int, _ side: Int,
  _ patch: UnsafeMutablePointer<Float>
) {
  let columns = max(left, 0)..<min(left + side, geometry.width)
  for row in 0..<side {
    let out = patch + row * side * channels
    let y = top + row
    guard y >= 0, y < geometry.height, !columns.isEmpty else {
      out.update(repeating: 0, count: side * channels)
      continue
    }
    let before = (columns.lowerBound - left) * channels
    let inside = columns.count * channels
    out.update(repeating: 0, count: before)
    (out + before).update(from: image + (y * geometry.width + columns.lowerBound) * channels, count: inside)
    (out + before + inside).update(repeating: 0, count: side * channels - before - inside)
  }
}

private func inputTile(
  _ from: UnsafePointer<Float>, _ rowStep: Int, _ channels: Int, _ planes: UnsafeMutablePointer<Float>, _ plane: Int,
  _ half: UnsafeMutablePointer<Float>
) {
  for c in stride(from: 0, to: channels, by: 8) {
    for column in 0..<6 {
      let p = from + column * channels + c
      let t = inputColumn(
        (
          p.lanes(0), p.lanes(rowStep), p.lanes(2 * rowStep), p.lanes(3 * rowStep), p.lanes(4 * rowStep),
          p.lanes(5 * rowStep)
        ))
      storeColumn(t, half + column * 8)
    }
    for row in 0..<6 {
      let t = inputColumn(loadRow(half + row * 48))
      let out = planes + row * 6 * plane + c
      out.put(0, t.0)
      out.put(plane, t.1)
      out.put(2 * plane, t.2)
      out.put(3 * plane, t.3)
      out.put(4 * plane, t.4)
      out.put(5 * plane, t.5)
    }
  }
}

@inline(__always)
private func storeColumn(_ t: Six, _ half: UnsafeMutablePointer<Float>) {
  half.put(0, t.0)
  half.put(48, t.1)
  half.put(96, t.2)
  half.put(144, t.3)
  half.put(192, t.4)
  half.put(240, t.5)
}

@inline(__always)
private func loadRow(_ half: UnsafeMutablePointer<Float>) -> Six {
  (half.lanes(0), half.lanes(8), half.lanes(16), half.lanes(24), half.lanes(32), half.lanes(40))
}

/// Turns products back into outputs: the inverse of the planes of `tiles`, stored or added (`accumulate`).
/// `patch` has room for 36 vectors.
public func winogradOutput(
  _ geometry: WinogradTiles, tiles: Range<Int>, channels: Int, _ planes: UnsafePointer<Float>, plane: Int,
  _ output: UnsafeMutablePointer<Float>, accumulate: Bool, patch: UnsafeMutablePointer<Float>
) {
  let (height, width) = (geometry.outHeight, geometry.outWidth)
  for (slot, tile) in tiles.enumerated() {
    let place = geometry.place(tile)
    let out = output + ((place.image * height + place.row) * width + place.column) * channels
    let rows = min(4, height - place.row)
    let columns = min(4, width - place.column)
    outputTile(
      planes + slot * channels, plane, channels, rows, columns, out, width * channels, accumulate, patch)
  }
}

private func outputTile(
  _ planes: UnsafePointer<Float>, _ plane: Int, _ channels: Int, _ rows: Int, _ columns: Int,
  _ out: UnsafeMutablePointer<Float>, _ rowStep: Int, _ accumulate: Bool, _ half: UnsafeMutablePointer<Float>
) {
  for c in stride(from: 0, to: channels, by: 8) {
    for column in 0..<6 {
      let p = planes + column * plane + c
      let t = outputColumn(
        (
          p.lanes(0), p.lanes(6 * plane), p.lanes(12 * plane), p.lanes(18 * plane), p.lanes(24 * plane),
          p.lanes(30 * plane)
        ))
      half.put(column * 8, t.0)
      half.put(48 + column * 8, t.1)
      half.put(96 + column * 8, t.2)
      half.put(144 + column * 8, t.3)
    }
    for row in 0..<rows {
      let t = outputColumn(loadRow(half + row * 48))
      let at = out + row * rowStep + c
      putRow(at, channels, columns, t, accumulate)
    }
  }
}

@inline(__always)
private func putRow(
  _ at: UnsafeMutablePointer<Float>, _ channels: Int, _ columns: Int, _ t: (Lanes, Lanes, Lanes, Lanes),
  _ accumulate: Bool
) {
  at.put(0, accumulate ? at.lanes(0) + t.0 : t.0)
  if columns > 1 { at.put(channels, accumulate ? at.lanes(channels) + t.1 : t.1) }
  if columns > 2 { at.put(2 * channels, accumulate ? at.lanes(2 * channels) + t.2 : t.2) }
  if columns > 3 { at.put(3 * channels, accumulate ? at.lanes(3 * channels) + t.3 : t.3) }
}

/// Transforms the output gradients of `tiles` for the gradient by weights: point p of tile t, channel c goes to plane p in
/// `GemmPanels` (depth is the tile). `patch` has room for 16 * channels floats and 36 vectors.
public func winogradGradient(
  _ geometry: WinogradTiles, tiles: Range<Int>, channels: Int, _ gradient: UnsafePointer<Float>,
  _ planes: UnsafeMutablePointer<Float>, plane: Int, patch: UnsafeMutablePointer<Float>
) {
  let out = WinogradTiles(height: geometry.outHeight, width: geometry.outWidth, padding: 0)
  let image = out.height * out.width * channels
  for (slot, tile) in tiles.enumerated() {
    let place = geometry.place(tile)
    var from = gradient + place.image * image
    var rowStep = out.width * channels
    if place.row + 4 <= out.height, place.column + 4 <= out.width {
      from += (place.row * out.width + place.column) * channels
    } else {
      cut(out, from, place.row, place.column, channels, 4, patch)
      (from, rowStep) = (UnsafePointer(patch), 4 * channels)
    }
    gradientTile(from, rowStep, channels, planes + slot * 16, tiles.count, plane, patch + 16 * channels)
  }
}

private func gradientTile(
  _ from: UnsafePointer<Float>, _ rowStep: Int, _ channels: Int, _ planes: UnsafeMutablePointer<Float>, _ depth: Int,
  _ plane: Int, _ half: UnsafeMutablePointer<Float>
) {
  for c in stride(from: 0, to: channels, by: 8) {
    for column in 0..<4 {
      let p = from + column * channels + c
      let t = gradientColumn((p.lanes(0), p.lanes(rowStep), p.lanes(2 * rowStep), p.lanes(3 * rowStep)))
      storeColumn(t, half + column * 8)
    }
    for row in 0..<6 {
      let h = half + row * 48
      let t = gradientColumn((h.lanes(0), h.lanes(8), h.lanes(16), h.lanes(24)))
      let out = planes + row * 6 * plane + c / 16 * 16 * depth + c % 16
      out.put(0, t.0)
      out.put(plane, t.1)
      out.put(2 * plane, t.2)
      out.put(3 * plane, t.3)
      out.put(4 * plane, t.4)
      out.put(5 * plane, t.5)
    }
  }
}

/// G times three taps.
@inline(__always)
private func weightColumn(_ g: (Float, Float, Float)) -> (Float, Float, Float, Float, Float, Float) {
  let outer = -(g.0 + g.2) / 6
  let far = g.0 / 24 + g.2 / 6
  return (g.0 / 4, outer - g.1 / 6, outer + g.1 / 6, far + g.1 / 12, far - g.1 / 12, g.2)
}

/// Gᵀ times six points.
@inline(__always)
private func weightGradientColumn(_ u: (Float, Float, Float, Float, Float, Float)) -> (Float, Float, Float) {
  let near = u.1 + u.2
  let far = u.3 + u.4
  return (u.0 / 4 - near / 6 + far / 24, (u.2 - u.1) / 6 + (u.3 - u.4) / 12, far / 6 - near / 6 + u.5)
}

/// Transforms weights (out x in x 3 x 3) into 36 planes of in x out in `GemmPanels`, for input channels `rows` alone.
/// For the gradient by data (`flipped`) the planes are out x in and the taps turned around; `rows` are then output channels.
public func winogradWeights(
  _ weights: UnsafePointer<Float>, outputs: Int, inputs: Int, flipped: Bool, rows: Range<Int>,
  _ planes: UnsafeMutablePointer<Float>
) {
  let (depth, columns) = flipped ? (outputs, inputs) : (inputs, outputs)
  let plane = GemmPanels.count(depth: depth, columns: columns)
  for k in rows {
    for j in 0..<(columns + 15) / 16 * 16 {
      let to = planes + j / 16 * 16 * depth + k * 16 + j % 16
      guard j < columns else {
        for point in 0..<36 { to[point * plane] = 0 }
        continue
      }
      weightTile(weights + (flipped ? k * inputs + j : j * inputs + k) * 9, flipped, to, plane)
    }
  }
}

private func weightTile(
  _ g: UnsafePointer<Float>, _ flipped: Bool, _ to: UnsafeMutablePointer<Float>, _ plane: Int
) {
  withUnsafeTemporaryAllocation(of: Float.self, capacity: 18) { half in
    for x in 0..<3 {
      let taps = flipped ? (g[8 - x], g[5 - x], g[2 - x]) : (g[x], g[3 + x], g[6 + x])
      let t = weightColumn(taps)
      (half[x], half[3 + x], half[6 + x]) = (t.0, t.1, t.2)
      (half[9 + x], half[12 + x], half[15 + x]) = (t.3, t.4, t.5)
    }
    for row in 0..<6 {
      let t = weightColumn((half[row * 3], half[row * 3 + 1], half[row * 3 + 2]))
      let out = to + row * 6 * plane
      (out[0], out[plane], out[2 * plane]) = (t.0, t.1, t.2)
      (out[3 * plane], out[4 * plane], out[5 * plane]) = (t.3, t.4, t.5)
    }
  }
}

/// Adds the gradient by weights: sums `partials` blocks (36 planes of in x out, `block` floats apart) in order and turns them
/// back into out x in x 3 x 3, for input channels `rows` alone.
public func winogradWeightGradient(
  _ partials: UnsafePointer<Float>, blocks: Int, block: Int, outputs: Int, inputs: Int, rows: Range<Int>,
  _ gradient: UnsafeMutablePointer<Float>
) {
  let plane = inputs * outputs
  withUnsafeTemporaryAllocation(of: Float.self, capacity: 54) { room in
    let (point, half) = (room.baseAddress!, room.baseAddress! + 36)
    for i in rows {
      for o in 0..<outputs {
        for p in 0..<36 {
          var sum: Float = 0
          for b in 0..<blocks { sum += partials[b * block + p * plane + i * outputs + o] }
          point[p] = sum
        }
        addTaps(point, half, gradient + (o * inputs + i) * 9)
      }
    }
  }
}

private func addTaps(
  _ u: UnsafeMutablePointer<Float>, _ half: UnsafeMutablePointer<Float>, _ g: UnsafeMutablePointer<Float>
) {
  for x in 0..<6 {
    let t = weightGradientColumn((u[x], u[6 + x], u[12 + x], u[18 + x], u[24 + x], u[30 + x]))
    (half[x], half[6 + x], half[12 + x]) = (t.0, t.1, t.2)
  }
  for y in 0..<3 {
    let h = half + y * 6
    let t = weightGradientColumn((h[0], h[1], h[2], h[3], h[4], h[5]))
    g[y * 3] += t.0
    g[y * 3 + 1] += t.1
    g[y * 3 + 2] += t.2
  }
}
