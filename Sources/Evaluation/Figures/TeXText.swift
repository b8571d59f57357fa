import Foundation

/// Texts for LaTeX in ASCII alone, since pdflatex stops at letters of which its fonts know nothing.
enum TeXText {
  /// `text` with TeX's own characters escaped, accents as commands, and other scripts in Latin letters.
  static func escaped(_ text: String) -> String {
    let latin = text.applyingTransform(.toLatin, reverse: false) ?? text
    return latin.map { character in
      if let command = commands[character] { return command }
      return character.isASCII ? String(character) : inASCII(character)
    }.joined()
  }

  private static let commands: [Character: String] = [
    "&": "\\&", "%": "\\%", "$": "\\$", "#": "\\#", "_": "\\_", "{": "\\{", "}": "\\}", "\\": "\\textbackslash{}",
    "~": "\\textasciitilde{}", "^": "\\textasciicircum{}", "æ": "\\ae{}", "Æ": "\\AE{}", "œ": "\\oe{}", "Œ": "\\OE{}",
    "ø": "\\o{}", "Ø": "\\O{}", "ł": "\\l{}", "Ł": "\\L{}", "ß": "\\ss{}", "–": "--", "—": "---", "’": "'",
  ]

  /// Commands of the combining marks.
  private static let accents: [Unicode.Scalar: String] = [
    "\u{300}": "`", "\u{301}": "'", "\u{302}": "^", "\u{303}": "~", "\u{304}": "=", "\u{306}": "u", "\u{307}": ".",
    "\u{308}": "\"", "\u{30A}": "r", "\u{30B}": "H", "\u{30C}": "v", "\u{323}": "d", "\u{327}": "c",
  ]

  private static func inASCII(_ character: Character) -> String {
    String(character).decomposedStringWithCanonicalMapping.map(accented).joined()
  }

  /// A letter with its marks: `\'{e}`. What has no letter in ASCII is named by its number.
  private static func accented(_ character: Character) -> String {
    let scalars = character.unicodeScalars
    let letters = scalars.filter { !$0.properties.isDiacritic }.map { scalar in
      commands[Character(scalar)] ?? (scalar.isASCII ? String(scalar) : number(scalar))
    }
    return scalars.compactMap { accents[$0] }.reduce(letters.joined()) { "\\\($1){\($0)}" }
  }

  private static func number(_ scalar: Unicode.Scalar) -> String {
    "\\texttt{U+\(String(scalar.value, radix: 16, uppercase: true))}"
  }
}
