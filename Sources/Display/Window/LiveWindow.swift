import CSDL2
import Core
import Glibc

/// What the window shows besides the frame.
public struct WindowStatus: Hashable, Sendable {
  /// Figures, at the top left.
  public var figures: [String] = []
  /// Something that just happened, at the bottom left.
  public var message: String?
  /// Whether the keys are shown.
  public var showsHelp = false

  /// Nothing.
  public init() {}
}

/// A window with the newest frame. Used from the main thread alone.
public final class LiveWindow {
  private let library: SDLLibrary
  private let window: OpaquePointer
  private let renderer: OpaquePointer
  private var texture: WindowTexture?
  private var plates: [WindowTexture?] = [nil, nil, nil]
  private let painters = [StatusOverlay(), StatusOverlay(), StatusOverlay()]
  private var patches: [Patch?] = [nil, nil, nil]
  private var status = WindowStatus()
  private var logical = (width: 0, height: 0)
  private var isFull = false
  private var isStale = false

  /// Opens a window of `width` x `height` screen points, smaller in the same shape where the screen has no room for it.
  /// - Throws: `DisplayError.noWindow` where there is no display.
  public init(title: String, width: Int, height: Int) throws(DisplayError) {
    guard let library = SDLLibrary.shared else { throw .noWindow(detail: "libSDL2 is not installed") }
    self.library = library
    try LiveWindow.start(library)
    let (width, height) = LiveWindow.fitting(width, height, library)
    let flags = SDL_WINDOW_RESIZABLE.rawValue | SDL_WINDOW_ALLOW_HIGHDPI.rawValue
    let middle = Int32(bitPattern: SDL_WINDOWPOS_CENTERED_MASK)
    guard let window = library.createWindow(title, middle, middle, Int32(width), Int32(height), UInt32(flags)) else {
      throw .noWindow(detail: library.error)
    }
    guard let renderer = library.createRenderer(window, -1, 0) else { throw .noWindow(detail: library.error) }
    (self.window, self.renderer) = (window, renderer)
  }

  /// What the screen has room for, with its bars and the window's title.
  private static func fitting(_ width: Int, _ height: Int, _ library: SDLLibrary) -> (Int, Int) {
    var room = SDL_Rect()
    guard library.getDisplayUsableBounds(0, &room) == 0, room.w > 0, room.h > titleHeight else {
      return (width, height)
    }
    let shrink = min(1, Double(room.w) / Double(width), Double(room.h - titleHeight) / Double(height))
    return (max(1, Int(Double(width) * shrink)), max(1, Int(Double(height) * shrink)))
  }

  /// Screen points that a window's title takes, about.
  private static let titleHeight: Int32 = 40

  deinit {
    texture = nil
    plates = []
    library.destroyRenderer(renderer)
    library.destroyWindow(window)
    library.quit()
  }

  /// SDL without a display succeeds with a driver that shows nothing.
  static func start(_ library: SDLLibrary) throws(DisplayError) {
    let variables = ["DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER"]
    guard variables.contains(where: { getenv($0) != nil }) else { throw .noWindow(detail: "there is no display") }
    for (name, value) in [("SDL_NO_SIGNAL_HANDLERS", "1"), ("SDL_RENDER_SCALE_QUALITY", "linear")] {
      _ = library.setHint(name, value)
    }
    guard library.start(UInt32(SDL_INIT_VIDEO)) == 0 else { throw .noWindow(detail: library.error) }
    let driver = library.getCurrentVideoDriver().map { String(cString: $0) } ?? ""
    guard !["offscreen", "dummy", ""].contains(driver) else { throw .noWindow(detail: "there is no display") }
  }

  /// Shows `frame` and `status`. The frame is only read.
  public func show(_ frame: any Frame, _ status: WindowStatus) {
    let size = (width: Int((Double(frame.width) * frame.pixelAspect).rounded()), height: frame.height)
    if size != logical {
      logical = size
      _ = library.renderSetLogicalSize(renderer, Int32(size.width), Int32(size.height))
    }
    if texture?.width != frame.width || texture?.height != frame.height {
      texture = WindowTexture(library, renderer, width: frame.width, height: frame.height, isClear: false)
    }
    texture?.write { frame.copyPixels(to: $0, stride: $1) }
    self.status = status
    present()
  }

  /// Shows the last frame again, with another `status` or where the system wants it.
  public func refresh(_ status: WindowStatus) {
    guard isStale || status != self.status, texture != nil else { return }
    self.status = status
    present()
  }

  /// Shows `page`, which fills the window.
  func showPage(_ page: Patch) {
    logical = (page.rect.width, page.rect.height)
    _ = library.renderSetLogicalSize(renderer, Int32(logical.width), Int32(logical.height))
    if plates[0] == nil {
      plates[0] = WindowTexture(library, renderer, width: logical.width, height: logical.height, isClear: true)
      plates[0]?.write(page)
    }
    _ = library.renderClear(renderer)
    if let texture = plates[0] { _ = library.renderCopy(renderer, texture.handle, nil, nil) }
    library.renderPresent(renderer)
  }

  /// Whether there is an event, which then is in `event`.
  func nextEvent(_ event: inout SDL_Event) -> Bool { library.pollEvent(&event) == 1 }

  /// What keys asked for since the last call. Full screen and resizing are done already.
  public func actions() -> [WindowAction] {
    var actions: [WindowAction] = []
    var event = SDL_Event()
    while library.pollEvent(&event) == 1 {
      switch event.type {
      case SDL_QUIT.rawValue: actions.append(.quit)
      case SDL_KEYDOWN.rawValue where event.key.repeat == 0:
        if let action = WindowAction(code: event.key.keysym.sym) { actions.append(action) }
      case SDL_WINDOWEVENT.rawValue: isStale = true
      default: break
      }
    }
    if actions.contains(.fullScreen) { toggleFullScreen() }
    return actions
  }

  /// Has `end` called where the display goes, in the midst of any other call, on whose return nothing follows.
  public func onDisplayLoss(_ end: @escaping () -> Never) { DisplayLoss.watch(end) }

  /// Names what is shown.
  public func name(_ title: String) { library.setWindowTitle(window, title) }

  private func toggleFullScreen() {
    isFull.toggle()
    _ = library.setWindowFullscreen(window, isFull ? UInt32(SDL_WINDOW_FULLSCREEN_DESKTOP.rawValue) : 0)
    isStale = true
  }

  private func present() {
    isStale = false
    _ = library.renderClear(renderer)
    if let texture { _ = library.renderCopy(renderer, texture.handle, nil, nil) }
    let keys = WindowAction.allCases.map { "\($0.key.name)\t\($0.key.effect)" }
    plate(0, status.figures) { _, _ in (0, 0) }
    plate(1, status.message.map { [$0] } ?? []) { _, height in (0, self.logical.height - height) }
    plate(2, status.showsHelp ? keys : []) { width, height in
      ((self.logical.width - width) / 2, (self.logical.height - height) / 2)
    }
    library.renderPresent(renderer)
  }

  /// Draws plate `index` at the place that `place` gives for its size.
  private func plate(_ index: Int, _ lines: [String], at place: (Int, Int) -> (Int, Int)) {
    let size = max(OverlayMetrics.smallestFont, Double(min(logical.width, logical.height)) / 32)
    guard let patch = painters[index].patch(lines, size: size) else { return }
    let (width, height) = (patch.rect.width, patch.rect.height)
    if plates[index]?.width != width || plates[index]?.height != height {
      plates[index] = WindowTexture(library, renderer, width: width, height: height, isClear: true)
      patches[index] = nil
    }
    guard let texture = plates[index] else { return }
    if patches[index]?.pixels != patch.pixels {
      texture.write(patch)
      patches[index] = patch
    }
    let (x, y) = place(width, height)
    var target = SDL_Rect(x: Int32(x), y: Int32(y), w: Int32(width), h: Int32(height))
    _ = library.renderCopy(renderer, texture.handle, nil, &target)
  }
}
