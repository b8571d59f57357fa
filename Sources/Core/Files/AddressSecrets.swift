/// What addresses hold that is for their owner alone: users, passwords, and tokens among their parameters.
enum AddressSecrets {
  /// `text` without the secrets of the addresses in it.
  static func removed(from text: String) -> String {
    guard let scheme = text.firstRange(of: "://") else { return text }
    // An address by itself may hold a blank or a quotation mark; among other words it ends there.
    if !text[..<scheme.lowerBound].contains(where: isBoundary) { return address(text[...]) }
    var (result, rest) = ("", text[...])
    while !rest.isEmpty {
      let word = rest.prefix { !isBoundary($0) }
      let gap = rest.dropFirst(word.count).prefix(while: isBoundary)
      result += address(word) + gap
      rest = rest[gap.endIndex...]
    }
    return result
  }

  private static func isBoundary(_ character: Character) -> Bool {
    character.isWhitespace || "\"'<>".contains(character)
  }

  private static func address(_ text: Substring) -> String {
    let parts = text.split(separator: "://", omittingEmptySubsequences: false)
    guard let scheme = parts.first, parts.count > 1 else { return String(text) }
    return withoutTokens(([scheme] + parts.dropFirst().map(withoutUser)).joined(separator: "://"))
  }

  /// What follows `://`, without `user:password@`.
  private static func withoutUser(_ rest: Substring) -> Substring {
    let authority = rest.prefix { !"/?#".contains($0) }
    if let at = authority.lastIndex(of: "@") { return rest[at...].dropFirst() }
    // A password may hold one of these three, against the rules: what stands for the port is none then.
    guard let colon = authority.lastIndex(of: ":"), !authority.hasSuffix("]"),
      authority[colon...].dropFirst().contains(where: { !("0"..."9").contains($0) }),
      let at = rest.lastIndex(of: "@")
    else { return rest }
    return rest[at...].dropFirst()
  }

  /// Values of parameters that are secrets become `***`; cameras have them in the path as well.
  private static func withoutTokens(_ text: String) -> String {
    var (result, rest, isQuery) = ("", text[...], false)
    while let equals = rest.firstIndex(of: "=") {
      let name = rest[..<equals]
      isQuery = isQuery || name.contains("?")
      result += rest[...equals]
      rest = rest[equals...].dropFirst()
      guard isSecret(name) else { continue }
      let value = rest.prefix { !(isQuery ? "&" : "&;/?#").contains($0) }
      if !value.isEmpty { result += "***" }
      rest = rest[value.endIndex...]
    }
    return result + rest
  }

  /// Words that are a secret's name by themselves, and such as are part of one's name.
  private static let names: Set<String> = [
    "auth", "authkey", "authorization", "cred", "creds", "hash", "hdnea", "hdntl", "hdnts", "hmac", "jwt", "key", "md5",
    "nonce", "oauth", "otp", "pas", "loginpas", "pin", "psk", "pw", "sid", "sig", "sign", "ticket",
  ]
  private static let stems = [
    "accesskey", "apikey", "credential", "pass", "pwd", "secret", "session", "signature", "streamkey", "token",
  ]

  /// Whether the name at the end of `text` is a secret's.
  private static func isSecret(_ text: Substring) -> Bool {
    let start = text.lastIndex { "&;/?#=".contains($0) }.map(text.index(after:)) ?? text.startIndex
    return text[start...].lowercased().split { !$0.isLetter && !$0.isNumber }.contains { word in
      names.contains(String(word)) || stems.contains(where: word.contains)
    }
  }
}
