/// Text made safe in HTML, SVG and WebVTT: between tags and, with its `quotes`, in attributes.
public func escaped(_ text: String, quotes: Bool = true) -> String {
  var result = ""
  for character in text.unicodeScalars {
    switch character {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"" where quotes: result += "&quot;"
    case "'" where quotes: result += "&#39;"
    default: result.unicodeScalars.append(character)
    }
  }
  return result
}
