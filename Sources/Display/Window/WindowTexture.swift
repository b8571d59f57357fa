import CSDL2
import Core

/// A frame on its way to the screen. Ends its texture with itself, so before its renderer.
final class WindowTexture {
  let width: Int
  let height: Int
  let handle: OpaquePointer
  private let library: SDLLibrary

  /// A texture of the renderer; nil where it gives none.
  init?(_ library: SDLLibrary, _ renderer: OpaquePointer, width: Int, height: Int, isClear: Bool) {
    let format = isClear ? SDL_PIXELFORMAT_ARGB8888.rawValue : SDL_PIXELFORMAT_RGB888.rawValue
    let access = Int32(SDL_TEXTUREACCESS_STREAMING.rawValue)
    guard let handle = library.createTexture(renderer, UInt32(format), access, Int32(width), Int32(height)) else {
      return nil
    }
    (self.library, self.handle, self.width, self.height) = (library, handle, width, height)
    if isClear { _ = library.setTextureBlendMode(handle, UInt32(SDL_BLENDMODE_BLEND.rawValue)) }
  }

  deinit { library.destroyTexture(handle) }

  /// Hands the texture's memory, rows `stride` bytes apart, to `body`.
  func write(_ body: (_ pixels: UnsafeMutablePointer<UInt8>, _ stride: Int) -> Void) {
    var (memory, pitch): (UnsafeMutableRawPointer?, Int32) = (nil, 0)
    guard library.lockTexture(handle, nil, &memory, &pitch) == 0, let memory else { return }
    body(memory.assumingMemoryBound(to: UInt8.self), Int(pitch))
    library.unlockTexture(handle)
  }

  /// Takes over a patch: SDL wants colours that are not multiplied with their opacity.
  func write(_ patch: Patch) {
    write { target, stride in
      for row in 0..<patch.rect.height {
        for column in 0..<patch.rect.width {
          let from = (row * patch.rect.width + column) * 4
          let alpha = Int(patch.pixels[from + 3])
          let pixel = target + row * stride + column * 4
          for channel in 0..<3 {
            pixel[channel] = alpha == 0 ? 0 : UInt8(min(Int(patch.pixels[from + channel]) * 255 / alpha, 255))
          }
          pixel[3] = UInt8(alpha)
        }
      }
    }
  }
}
