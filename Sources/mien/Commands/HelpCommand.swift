/// `mien help [COMMAND…]`: also the source of the man page and of shell completion.
enum HelpCommand {
  private static let man = Option.flag("--man", "Print the manual page mien(1).")
  private static let completion = Option.choice(
    "--completion", Shell.table.map(\.name), "Print the completion script for a shell.")

  static let row = Command(
    words: ["help"],
    summary: "Says what the commands do.",
    operands: [Operand(placeholder: "COMMAND", kind: .text, optional: true, repeats: true)],
    options: [man.spec, completion.spec],
    examples: [
      ("mien help annotate", "lists the options of mien annotate"),
      ("mien help --completion bash >~/.local/share/bash-completion/completions/mien", "completes commands in bash"),
    ],
    run: run)

  private static func run(_ arguments: Arguments) throws {
    try Terminal.print(text(arguments))
  }

  private static func text(_ arguments: Arguments) throws -> String {
    if arguments.has(man) { return ManPage.text }
    if let name = arguments[completion] { return Shell.table.first { $0.name == name }!.script() }
    return try pages(inTodaysWords(arguments.operands))
  }

  private static func pages(_ words: [String]) throws -> String {
    if words.isEmpty { return Help.overview }
    let family = commandTable.filter { $0.words.starts(with: words) }
    return try (family.isEmpty ? [findCommand(words).command] : family).map(Help.page).joined(separator: "\n")
  }
}
