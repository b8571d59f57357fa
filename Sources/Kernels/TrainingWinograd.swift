/// Winograd's convolution F(m x m, 3 x 3) (Lavin and Gray, 2016) for training: stride 1, NHWC, channels a multiple of 8.
///
/// A tile is m x m outputs, made from (m + 2) x (m + 2) inputs. Tiles are numbered through a batch: image, row, column.
/// Transformed tiles lie in planes, one a point; a plane holds rows of channels, one a tile.
public struct WinogradTiles: Sendable {
  /// Outputs of a tile in each direction: 4 or 6.
  public let outputs: Int
  /// Rows of the input.
  public let height: Int
  /// Columns of the input.
  public let width: Int
  /// Zeros around the input.
  public let padding: Int

  /// Tiles of `outputs` squared over `height` x `width` inputs.
  public init(outputs: Int, height: Int, width: Int, padding: Int) {
    (self.outputs, self.height, self.width, self.padding) = (outputs, height, width, padding)
  }

  /// The size of tiles that takes the fewest products. 6 must save a sixth, since its rounding errors are larger.
  public init(height: Int, width: Int, padding: Int) {
    let four = WinogradTiles(outputs: 4, height: height, width: width, padding: padding)
    let six = WinogradTiles(outputs: 6, height: height, width: width, padding: padding)
    self = 6 * six.perImage * six.points < 5 * four.perImage * four.points ? six : four
  }

  /// Elements of a transformed tile in each direction.
  public var side: Int { outputs + 2 }
  /// Elements of a transformed tile.
  public var points: Int { side * side }
  /// Rows of the output.
  public var outHeight: Int { height + 2 * padding - 2 }
  /// Columns of the output.
  public var outWidth: Int { width + 2 * padding - 2 }
  /// Tiles from top to bottom.
  public var down: Int { (outHeight + outputs - 1) / outputs }
  /// Tiles from left to right.
  public var across: Int { (outWidth + outputs - 1) / outputs }
  /// Tiles of one image.
  public var perImage: Int { down * across }

  /// Floats that a worker needs beside the planes, for `channels`.
  public func patch(channels: Int) -> Int { points * channels + winogradScratch }

  @inline(__always)
  fileprivate func place(_ tile: Int) -> (image: Int, row: Int, column: Int) {
    let (image, rest) = tile.quotientAndRemainder(dividingBy: perImage)
    let (row, column) = rest.quotientAndRemainder(dividingBy: across)
    return (image, row * outputs, column * outputs)
  }
}

extension WinogradTiles {
  /// Transforms the inputs of `tiles`: point p of the t-th, channel c goes to `planes[p * plane + t * channels + c]`.
  public func transformInputs(
    _ tiles: Range<Int>, channels: Int, _ input: UnsafePointer<Float>, _ planes: UnsafeMutablePointer<Float>,
    plane: Int, patch: UnsafeMutablePointer<Float>
  ) {
    for (slot, tile) in tiles.enumerated() {
      let place = place(tile)
      let (top, left) = (place.row - padding, place.column - padding)
      var from = input + place.image * height * width * channels
      var step = width * channels
      if top >= 0, left >= 0, top + side <= height, left + side <= width {
        from += (top * width + left) * channels
      } else {
        cut(from, height, width, top, left, channels, side, patch)
        (from, step) = (UnsafePointer(patch), side * channels)
      }
      trainingLoops.winogradInput(
        outputs: outputs,
        WinogradInput(
          from, rowStep: step, pixelStep: channels, channels: channels, planes + slot * channels, plane: plane,
          scratch: patch + points * channels))
    }
  }

  /// Turns products back into outputs, stored or added (`accumulate`).
  public func transformOutputs(
    _ tiles: Range<Int>, channels: Int, _ planes: UnsafePointer<Float>, plane: Int,
    _ output: UnsafeMutablePointer<Float>, accumulate: Bool, patch: UnsafeMutablePointer<Float>
  ) {
    for (slot, tile) in tiles.enumerated() {
      let place = place(tile)
      let first = output + ((place.image * outHeight + place.row) * outWidth + place.column) * channels
      trainingLoops.winogradOutput(
        outputs: outputs,
        WinogradOutput(
          planes + slot * channels, plane: plane, channels: channels, rows: min(outputs, outHeight - place.row),
          columns: min(outputs, outWidth - place.column), first, rowStep: outWidth * channels, pixelStep: channels,
          end: LayerEnd(bias: nil, residual: accumulate ? UnsafePointer(first) : nil), scratch: patch))
    }
  }

  /// Transforms the output gradients of `tiles` for the gradient by weights: point p of the t-th tile, channel c goes to
  /// plane p in `GemmPanels`, whose `depth` is that of all tiles there.
  public func transformGradients(
    _ tiles: Range<Int>, channels: Int, _ gradient: UnsafePointer<Float>, _ planes: UnsafeMutablePointer<Float>,
    plane: Int, depth: Int, patch: UnsafeMutablePointer<Float>
  ) {
    for (slot, tile) in tiles.enumerated() {
      let place = place(tile)
      var from = gradient + place.image * outHeight * outWidth * channels
      var step = outWidth * channels
      if place.row + outputs <= outHeight, place.column + outputs <= outWidth {
        from += (place.row * outWidth + place.column) * channels
      } else {
        cut(from, outHeight, outWidth, place.row, place.column, channels, outputs, patch)
        (from, step) = (UnsafePointer(patch), outputs * channels)
      }
      trainingLoops.winogradGradient(
        outputs: outputs,
        WinogradGradient(
          from, rowStep: step, channels: channels, planes + slot * GemmPanels.width, plane: plane,
          panelStep: GemmPanels.width * depth, scratch: patch + points * channels))
    }
  }
}

/// Copies `side` x `side` pixels from `top`, `left` on, zeros where they lie outside the image.
private func cut(
  _ image: UnsafePointer<Float>, _ height: Int, _ width: Int, _ top: Int, _ left: Int, _ channels: Int, _ side: Int,
  _ patch: UnsafeMutablePointer<Float>
) {
  let columns = max(left, 0)..<min(left + side, width)
  for row in 0..<side {
    let out = patch + row * side * channels
    let y = top + row
    guard y >= 0, y < height, !columns.isEmpty else {
      out.update(repeating: 0, count: side * channels)
      continue
    }
    let before = (columns.lowerBound - left) * channels
    let inside = columns.count * channels
    out.update(repeating: 0, count: before)
    (out + before).update(from: image + (y * width + columns.lowerBound) * channels, count: inside)
    (out + before + inside).update(repeating: 0, count: side * channels - before - inside)
  }
}
