import Glibc

/// Xlib ends the program where its connection to the display breaks. This is what is done before.
enum DisplayLoss {
  /// Set once, before the first window, and called on the thread of the windows.
  nonisolated(unsafe) private static var end: () -> Never = { exit(1) }

  private typealias Handler = @convention(c) (OpaquePointer?) -> Int32

  /// Has `end` called where the display goes. SDL has loaded Xlib where it uses it.
  static func watch(_ end: @escaping () -> Never) {
    guard let library = dlopen("libX11.so.6", RTLD_NOW | RTLD_NOLOAD),
      let symbol = dlsym(library, "XSetIOErrorHandler")
    else { return }
    DisplayLoss.end = end
    let set = unsafeBitCast(symbol, to: (@convention(c) (Handler?) -> Handler?).self)
    _ = set { _ in DisplayLoss.end() }
  }
}
