import Sessions

/// `mien anonymise INPUT… -o OUT`: annotate with all that hides people.
enum AnonymiseCommand {
  static let row = Command(
    words: ["anonymise"],
    summary: "Hides the people in recordings: faces covered, no sound, no metadata, no labels.",
    operands: [Operand(placeholder: "INPUT", kind: .file, repeats: true)],
    options: AnnotateOptions.all,
    details: [
      "The same as annotate with --hide-faces blur --cover ellipse --no-labels --mute; --hide-faces and --cover may be given otherwise. "
        + "For recordings that keep their sound use annotate.",
      "It says when faces come into sight, go out of it and come back: look there before you show the result to anyone.",
    ],
    examples: [
      ("mien anonymise interview.mp4 -o hidden.mp4", "nobody is seen or heard"),
      (
        "mien anonymise recordings/ -o hidden/ --hide-faces mask --margin 60",
        "wide grey covers, every recording of a folder"
      ),
    ],
    run: run)

  private static func run(_ arguments: Arguments) throws {
    if arguments[AnnotateOptions.out] == nil { throw CommandLineError.needs("anonymise", "-o") }
    var request = try AnnotateRequest(arguments, hiding: .blur)
    (request.isMuted, request.overlay.isLabelled) = (true, false)
    if arguments[HidingOptions.cover] == nil { request.hiding?.shape = .ellipse }
    try AnnotateCommand.run(request, as: row, arguments)
  }
}
