import Display
import Sessions

/// A live session that was ended by SIGTERM, as services are.
struct Terminated: Error {
  /// Files that hold what was done.
  var kept: [String]
}

/// `mien live [DEVICE|FILE|URL]`.
enum LiveCommand {
  static let row = Command(
    words: ["live"],
    summary: "Shows expressions as they happen: camera, screen, file or stream.",
    operands: [Operand(placeholder: "DEVICE|FILE|URL", kind: .file, optional: true)],
    options: LiveOptions.all,
    details: [
      "Without an operand the first camera is taken. Files play at their own pace. The window never waits for a network: "
        + "it is shown with the newest results, and boxes are carried on by the faces' motion.",
      "--jsonl unix:PATH and tcp:HOST:PORT connect to whoever listens there; where nobody does, readers may come. A reader "
        + "that is too slow loses rows, which are counted; the window never waits.",
      "--event 'happy for 2s' --exec CMD runs the command once when a face has looked happy for two seconds. It reads "
        + "MIEN_EVENT, MIEN_EXPRESSION, MIEN_TRACK, MIEN_FRAME, MIEN_TIME, MIEN_SECONDS and MIEN_CONFIDENCE.",
      "DEVICE is a path, a number or a part of a name; --list shows them with formats, sizes, rates and controls. A camera that is "
        + "unplugged is waited for.",
      "Keys: q quit, f full screen, m mirror, space pause, s snapshot, r record, n switch model, b calibrate on your neutral face, "
        + "l boxes and labels, p probability bars, i figures, h help.",
      "SIGTERM, by which services are ended, gives status 143, Ctrl-C 130; files are kept as F.partial.EXT.",
    ],
    examples: [
      ("mien live", "the first camera in a window"),
      ("mien live 1 --size 1280x720 --exposure 10", "the second camera, with less motion blur"),
      ("mien live --output /dev/video20", "an annotated virtual camera for calls (v4l2loopback)"),
      ("mien live talk.mp4 --headless --jsonl -", "rows of a recording at its own pace, to another program"),
      ("mien live --event 'happy for 2s' --exec 'play smile.wav'", "a sound at each smile"),
    ],
    run: run)

  private static func run(_ arguments: Arguments) throws {
    if arguments.has(LiveOptions.list) { return try Terminal.print(shownLines(CameraListing.text())) }
    if arguments.has(LiveOptions.timed) { Terminal.isTimed.store(true, ordering: .relaxed) }
    do { try LiveRun(arguments).run() } catch let interrupted as Interrupted where Interruption.isTermination {
      throw Terminated(kept: interrupted.kept)
    } catch {
      if arguments.has(LiveOptions.dialogs), !(error is Interrupted) {
        MessageWindow.show(title: "Mien", sentence(for: error))
      }
      throw error
    }
  }
}
