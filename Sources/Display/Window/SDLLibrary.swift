import CSDL2
import Glibc

/// SDL2, loaded when a window is wanted: loading it takes 9 ms, which all other commands would pay.
///
/// Each function has SDL's name without its prefix and the type of SDL's header.
final class SDLLibrary: Sendable {
  /// The library; nil where it is not installed.
  static let shared = SDLLibrary("libSDL2-2.0.so.0")

  typealias Text = UnsafePointer<CChar>
  let setHint: @convention(c) (Text, Text) -> SDL_bool
  let start: @convention(c) (UInt32) -> Int32
  let quit: @convention(c) () -> Void
  let getError: @convention(c) () -> Text?
  let getCurrentVideoDriver: @convention(c) () -> Text?
  let getDisplayUsableBounds: @convention(c) (Int32, UnsafeMutablePointer<SDL_Rect>) -> Int32
  let createWindow: @convention(c) (Text, Int32, Int32, Int32, Int32, UInt32) -> OpaquePointer?
  let destroyWindow: @convention(c) (OpaquePointer) -> Void
  let setWindowFullscreen: @convention(c) (OpaquePointer, UInt32) -> Int32
  let setWindowTitle: @convention(c) (OpaquePointer, Text) -> Void
  let createRenderer: @convention(c) (OpaquePointer, Int32, UInt32) -> OpaquePointer?
  let destroyRenderer: @convention(c) (OpaquePointer) -> Void
  let renderSetLogicalSize: @convention(c) (OpaquePointer, Int32, Int32) -> Int32
  let renderClear: @convention(c) (OpaquePointer) -> Int32
  let renderCopy:
    @convention(c) (OpaquePointer, OpaquePointer, UnsafePointer<SDL_Rect>?, UnsafePointer<SDL_Rect>?) -> Int32
  let renderPresent: @convention(c) (OpaquePointer) -> Void
  let createTexture: @convention(c) (OpaquePointer, UInt32, Int32, Int32, Int32) -> OpaquePointer?
  let destroyTexture: @convention(c) (OpaquePointer) -> Void
  let setTextureBlendMode: @convention(c) (OpaquePointer, UInt32) -> Int32
  let lockTexture:
    @convention(c) (
      OpaquePointer, UnsafePointer<SDL_Rect>?, UnsafeMutablePointer<UnsafeMutableRawPointer?>,
      UnsafeMutablePointer<Int32>
    ) -> Int32
  let unlockTexture: @convention(c) (OpaquePointer) -> Void
  let pollEvent: @convention(c) (UnsafeMutablePointer<SDL_Event>) -> Int32

  private init?(_ name: String) {
    guard let handle = dlopen(name, RTLD_NOW) else { return nil }
    func find<Function>(_ name: String) -> Function {
      guard let symbol = dlsym(handle, "SDL_" + name) else { preconditionFailure("SDL 2 has SDL_\(name)") }
      return unsafeBitCast(symbol, to: Function.self)
    }
    (setHint, start, quit) = (find("SetHint"), find("Init"), find("Quit"))
    (getError, getCurrentVideoDriver) = (find("GetError"), find("GetCurrentVideoDriver"))
    getDisplayUsableBounds = find("GetDisplayUsableBounds")
    (createWindow, destroyWindow) = (find("CreateWindow"), find("DestroyWindow"))
    (setWindowFullscreen, setWindowTitle) = (find("SetWindowFullscreen"), find("SetWindowTitle"))
    (createRenderer, destroyRenderer) = (find("CreateRenderer"), find("DestroyRenderer"))
    (renderSetLogicalSize, renderClear) = (find("RenderSetLogicalSize"), find("RenderClear"))
    (renderCopy, renderPresent) = (find("RenderCopy"), find("RenderPresent"))
    (createTexture, destroyTexture) = (find("CreateTexture"), find("DestroyTexture"))
    setTextureBlendMode = find("SetTextureBlendMode")
    (lockTexture, unlockTexture) = (find("LockTexture"), find("UnlockTexture"))
    pollEvent = find("PollEvent")
  }

  /// What SDL last complained of.
  var error: String { getError().map { String(cString: $0) } ?? "" }
}
