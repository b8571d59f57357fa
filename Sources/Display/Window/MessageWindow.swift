import CSDL2
import Core
import Glibc

/// A small window with a sentence, for programs that were started from a desktop.
public enum MessageWindow {
  private static let (width, margin, size) = (560.0, 24.0, 17.0)

  /// Shows `text` until a key or a mouse button is pressed in the window, or it is closed; where there is no display, nothing happens.
  public static func show(title: String, _ text: String) {
    let page = page(text, button: "Press any key.")
    guard let window = try? LiveWindow(title: title, width: page.rect.width, height: page.rect.height) else { return }
    window.showAlone(page)
  }

  /// `text` in lines, and under it the quiet `button`.
  private static func page(_ text: String, button: String) -> Patch {
    let shaper = TextShaper()
    let lines = lines(of: text, shaper) + [shaper.shape(button, .init(size: size))]
    let height = lines.reduce(3 * margin) { $0 + $1.height }
    let rect = PixelRect(x: 0, y: 0, width: Int(width), height: Int(height.rounded(.up)))
    return .drawn(rect, pixelAspect: 1) { canvas in
      canvas.fill(Box(x: 0, y: 0, width: width, height: height.rounded(.up)), ChartPalette.plate, opacity: 1, radius: 0)
      var y = margin
      for (place, line) in lines.enumerated() {
        let isLast = place == lines.count - 1
        if isLast { y += margin }
        canvas.write(line, at: Point(x: margin, y: y), isLast ? ChartPalette.quietText : ChartPalette.text)
        y += line.height
      }
    }
  }

  /// As many words a line as fit; words that are longer than a line are broken.
  private static func lines(of text: String, _ shaper: TextShaper) -> [ShapedText] {
    var (lines, line) = ([ShapedText](), "")
    func fits(_ text: String) -> Bool { shaper.shape(text, .init(size: size)).width <= width - 2 * margin }
    func end() {
      lines.append(shaper.shape(line, .init(size: size)))
      line = ""
    }
    for word in text.split(separator: " ") {
      if !line.isEmpty, !fits("\(line) \(word)") { end() }
      line += line.isEmpty ? "" : " "
      for letter in word {
        if !fits("\(line)\(letter)") { end() }
        line.append(letter)
      }
    }
    end()
    return lines
  }

  /// What shows windows here (`x11`, `wayland`).
  /// - Throws: `DisplayError.noWindow` where nothing does.
  public static func driver() throws(DisplayError) -> String {
    guard let library = SDLLibrary.shared else { throw .noWindow(detail: "libSDL2 is not installed") }
    defer { library.quit() }
    try LiveWindow.start(library)
    return library.getCurrentVideoDriver().map { String(cString: $0) } ?? ""
  }
}

extension LiveWindow {
  /// Shows `page` alone until somebody presses a key or a button, or closes the window.
  fileprivate func showAlone(_ page: Patch) {
    showPage(page)
    var event = SDL_Event()
    while true {
      while nextEvent(&event) {
        switch event.type {
        case SDL_QUIT.rawValue, SDL_KEYDOWN.rawValue, SDL_MOUSEBUTTONDOWN.rawValue: return
        case SDL_WINDOWEVENT.rawValue: showPage(page)
        default: break
        }
      }
      usleep(20_000)
    }
  }
}
