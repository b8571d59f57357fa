import CFFmpeg
import Glibc

/// FFmpeg's readers of devices. libavdevice takes 120 ms to load, so that is done when one is wanted.
enum DeviceReaders {
  private static let library = "libavdevice.so.\(major)"
  /// Of the FFmpeg 5.1 that Mien is built with: libavdevice and libavformat count alike.
  private static let major = LIBAVFORMAT_VERSION_MAJOR

  /// The reader called `name`.
  /// - Throws: `MediaError.noDeviceReader`.
  static func named(_ name: String) throws -> UnsafePointer<AVInputFormat> {
    guard isLoaded, let format = av_find_input_format(name) else { throw MediaError.noDeviceReader(name) }
    return format
  }

  private static let isLoaded: Bool = {
    guard let handle = dlopen(library, RTLD_NOW | RTLD_GLOBAL), let entry = dlsym(handle, "avdevice_register_all")
    else {
      return false
    }
    unsafeBitCast(entry, to: (@convention(c) () -> Void).self)()
    return true
  }()
}

extension MediaInput {
  /// The X11 screen `display` (`:0`), or its top left part of `size`, `rate` frames a second; times begin at 0.
  public static func openScreen(
    _ display: String, size: (width: Int, height: Int)? = nil, rate: Double = 30, turn: Turn = .none
  ) throws -> MediaInput {
    var options = ["framerate": "\(rate)", "draw_mouse": "1"]
    if let size { options["video_size"] = "\(size.width)x\(size.height)" }
    let device = Location.Device(format: "x11grab", options: options)
    var input = InputOptions()
    input.turn = turn
    return try MediaInput(Location(text: display, device: device), input)
  }
}
