import Core
import Display
import Glibc
import Sessions

/// The window with its keys and messages.
final class ControlPanel: LiveController {
  let name = "window"
  let takesFrames = true
  /// Whether a recording is under way.
  var isRecording = false
  /// Whether frames stand still.
  private(set) var isPaused = false

  private let clock: any Clock
  private let window: LiveWindow
  private var status = WindowStatus()
  private var wantsSnapshot = false
  private var hidesFigures = false
  private var messageEnd = 0.0
  private var figuresTime = -Double.infinity

  /// Seconds that a message stays.
  private static let patience = 3.0
  /// Seconds between two looks at the figures.
  private static let pace = 0.25

  /// Opens a window for frames of that shape, `scale` times as large.
  /// - Throws: `DisplayError.noWindow`.
  init(title: String, shape: FrameShape, scale: Double, clock: any Clock = SystemClock()) throws {
    self.clock = clock
    let (width, height) = (Double(shape.width) * shape.pixelAspect * scale, Double(shape.height) * scale)
    window = try LiveWindow(title: "Mien: \(title)", width: Int(width.rounded()), height: Int(height.rounded()))
  }

  func onDisplayLoss(_ finish: @escaping () -> [String]) {
    // Xlib ends the program when this returns.
    window.onDisplayLoss {
      let failure = BrokenOff(DisplayError.displayGone, kept: finish())
      Terminal.printToStandardError("mien: \(sentence(for: failure))\n")
      _exit(ExitStatus.failed.rawValue)
    }
  }

  func note(_ notice: SessionNotice) { if let message = notice.message { say(message) } }

  /// Shows a message for a while.
  func say(_ text: String) {
    status.message = text
    messageEnd = clock.now() + ControlPanel.patience
  }

  /// What keys asked for; those that concern the window alone are done.
  func actions(_ figures: () -> LiveFigures) -> [WindowAction] {
    let actions = window.actions()
    for action in actions { note(action) }
    refreshStatus(figures)
    window.refresh(status)
    return actions
  }

  /// Shows a frame that is drawn on already.
  func show(_ frame: any Frame, _ figures: () -> LiveFigures) {
    if wantsSnapshot { keep(frame) }
    refreshStatus(figures)
    window.show(frame, status)
  }

  private func note(_ action: WindowAction) {
    switch action {
    case .pause: isPaused.toggle()
    case .help: status.showsHelp.toggle()
    case .snapshot: wantsSnapshot = true
    case .figures: hidesFigures.toggle()
    case .quit, .fullScreen, .mirror, .record, .nextNetwork, .baseline, .labels, .bars: break
    }
  }

  private func refreshStatus(_ figures: () -> LiveFigures) {
    let now = clock.now()
    if now > messageEnd { status.message = nil }
    if hidesFigures { status.figures = [] }
    guard !hidesFigures, now - figuresTime >= ControlPanel.pace else { return }
    figuresTime = now
    status.figures = figures().lines + (isRecording ? ["recording"] : []) + (isPaused ? ["paused"] : [])
  }

  private func keep(_ frame: any Frame) {
    wantsSnapshot = false
    do {
      let name = try Keepsake.write("png") { name in
        try OutputFile.write(name, force: false, whenWaiting: Terminal.sayWaiting) { try $0.write(pngFile(of: frame)) }
      }
      say("kept \(name)")
    } catch { printToStandardError(error) }
  }

  /// What a key asked for and cannot be done is said; all else goes on.
  private func printToStandardError(_ error: any Error) {
    say(sentence(for: error))
    Terminal.printToStandardError("mien: \(sentence(for: error))\n")
  }
}
