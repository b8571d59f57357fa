/// The options of `mien live`.
enum LiveOptions {
  static let list = Option.flag("--list", "Cameras with their formats, sizes and rates; then stop.")
  static let size = Option.size("--size", "WxH", "Size of the camera's frames, or of the part of the screen.")
  static let fps = Option.number(
    "--fps", "N", 1...1000, "Frames a second that the camera, the screen or numbered images give.")
  static let headless = Option.flag("--headless", "No window.")
  static let frames = Option.integer("--frames", "N", 1...1_000_000_000, "Stop after so many frames.")
  static let screen = Option.flag("--screen", "Watch the screen (X11).")
  static let mirror = Option.flag("--mirror", "Left and right turned around, as in a mirror.")
  static let scale = Option.number("--scale", "X", 0.1...10, "Size of the window, by the frame's (default: 1).")
  static let target = Option.number(
    "--target-fps", "N", 1...1000,
    "Analyses a second to reach: of several networks fewer run at once (default: 30).")
  static let maxRate = Option.number(
    "--max-rate", "N", 0.1...1000, "Analyse at most N frames a second, to leave the processor to others.")
  static let wait = Option.flag("--wait", "Wait for a camera or stream that is not there yet.")
  static let timed = Option.flag("--log-times", "Begin each line on standard error with date and time.")
  static let baseline = Option.time(
    "--baseline", "T", "Calibrate on a face's first T seconds, its neutral look, and judge it by that.")
  static let jsonl = Option.file(
    "--jsonl", "OUT", "Rows as JSON lines: a file, - (standard output), unix:PATH or tcp:HOST:PORT.")
  static let record = Option.file("--record", "F", "The annotated video.")
  static let output = Option.file("--output", "/dev/videoN", "A virtual camera that gets the annotated video.")
  static let dialogs = Option.flag("--dialogs", "Show errors in a window, too, as the desktop's menu does.")
  static let event = Option.text(
    "--event", "'happy for 2s'", "What to wait for: an expression and how long it lasts; several with commas.")
  static let exec = Option.text("--exec", "CMD", "A shell command to run at each event (variables MIEN_…).")

  /// In the order of help. Those that `annotate` has as well are the same.
  static let all =
    [list.spec, size.spec, fps.spec] + AnalysisOptions.all + [
      headless.spec, frames.spec, screen.spec, mirror.spec, scale.spec, target.spec, maxRate.spec, baseline.spec,
      jsonl.spec,
      record.spec, AnnotateOptions.codec.spec, AnnotateOptions.quality.spec, AnnotateOptions.force.spec, output.spec,
      event.spec, exec.spec, wait.spec, dialogs.spec, timed.spec, AnnotateOptions.quiet.spec,
    ] + DrawingOptions.all + HidingOptions.all + CameraOptions.all
}
