/// `mien help [COMMAND…]`.
enum HelpCommand {
  static let row = Command(
    words: ["help"],
    summary: "Says what the commands do.",
    operands: [Operand(placeholder: "COMMAND", kind: .text, optional: true, repeats: true)],
    examples: [("mien help annotate", "lists the options of mien annotate")],
    run: run)

  private static func run(_ arguments: Arguments) throws {
    let words = arguments.operands
    if words.isEmpty { return try Terminal.print(Help.overview) }
    let family = commandTable.filter { $0.words.starts(with: words) }
    if family.isEmpty { _ = try findCommand(words) }
    let pages = family.isEmpty ? [try findCommand(words).command] : family
    try Terminal.print(pages.map(Help.page).joined(separator: "\n"))
  }
}
