import Sessions

/// `mien annotate INPUT… [-o OUT]`.
enum AnnotateCommand {
  static let row = Command(
    words: ["annotate"],
    summary: "Finds faces and their expressions in recordings: annotated video, rows, charts.",
    operands: [Operand(placeholder: "INPUT", kind: .file, repeats: true)],
    options: AnnotateOptions.all,
    details: [
      "INPUT is a video file, an image, a folder, a pattern, numbered images as one recording (img_%03d.png, --fps), or an "
        + "rtsp:// or http:// stream. For a folder, a pattern or several inputs OUT is a folder. Without --codec the ending of a "
        + "video's name decides. Without -o only the rows and "
        + "images asked for are written. Sound, subtitles, chapters and metadata are copied; timestamps are kept.",
      "Rows, charts and pages of several recordings share a file; a folder (rows/), or a name with %n in it (seg/%n.srt), gives each recording a file of its own.",
      "Files appear under their names when they are whole, and none is overwritten without --force. After Ctrl-C what was "
        + "done so far is kept as OUT.partial.EXT.",
      "--resume takes up what an interrupted run left: outputs that are there stay, and frames that have a row in the file of "
        + "--jsonl (or of --csv), or in its .partial file, are drawn and encoded without being analysed again. Give the same options as before.",
      "Decoders are kept from other files, from other programs, and from the network unless an input is an address (docs/security.md), where the kernel can do that "
        + "(Landlock, since 5.13); --sandbox makes sure, --no-sandbox leaves it out.",
      "Passwords in addresses, and tokens among their parameters, are shown nowhere: rows, pages and messages have the address without.",
      "--hide-faces covers whatever may be a face in each frame, from shortly before it is first seen until after its last sight. Metadata, second "
        + "videos, covers, subtitles that are images and attached files are left out. Look at the result before you show it to anyone.",
    ],
    examples: [
      (
        "mien annotate talk.mp4 -o talk-annotated.mp4 --jsonl talk.jsonl --timeline talk.svg",
        "the video, rows and a chart"
      ),
      ("mien annotate recordings/ -o annotated/ --csv all.csv", "every recording of a folder"),
      ("mien annotate talk.mp4 --jsonl - --every 5 | jq .faces", "each fifth frame, to another program"),
    ],
    run: run)

  private static func run(_ arguments: Arguments) throws { try run(AnnotateRequest(arguments), arguments) }

  /// Before anything of an input is read, and before other threads begin. By default where the system can.
  private static func enterSandbox(_ request: AnnotateRequest, _ arguments: Arguments) throws {
    let (wants, refuses) = (arguments.has(AnnotateOptions.sandbox), arguments.has(AnnotateOptions.unboxed))
    if wants, refuses { throw CommandLineError.conflict("--sandbox", "--no-sandbox") }
    if refuses { return }
    guard Sandbox.version != nil, Sandbox(request).enter() else {
      if wants { throw SandboxError.unavailable }
      return
    }
  }

  /// Carries out `request`, which `arguments` asked for.
  static func run(_ request: AnnotateRequest, as command: Command = row, _ arguments: Arguments) throws {
    try MemoryLimit.check()
    try enterSandbox(request, arguments)
    let host = SessionHost(quiet: arguments.has(AnnotateOptions.quiet))
    do { try AnnotateSession(request, context: host.context).run() } catch let stopped as Interrupted {
      throw InterruptedRun(kept: stopped.kept, next: Continuation(request, command.name, words: arguments.words))
    }
  }
}
