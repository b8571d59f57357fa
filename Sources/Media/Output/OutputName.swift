import Core

/// What files are called that are made of inputs, where people name only their folder.
public enum OutputName {
  /// The input's own name, with the ending of a format that can be written; numbered images and addresses without an
  /// ending become `.mp4`.
  public static func of(_ location: String) -> String {
    let name = FileName.shown(location)
    if location == "-" { return "stream.mp4" }
    if name.contains("://") { return ofAddress(name) }
    let (_, stem, ending) = FileName.split(name)
    if MediaLocations.isNumbered(location), let pattern = NumberPattern(stem + ending) {
      return pattern.common + ".mp4"
    }
    return stem + (substitutes[ending.lowercased()] ?? ending)
  }

  /// Endings of formats that are read alone, and what is written in their place.
  private static let substitutes = [".heic": ".jpg", ".heif": ".jpg", ".hif": ".jpg", ".mpe": ".mpg", ".psd": ".png"]

  /// The last part of its path, without what no file name can carry.
  private static func ofAddress(_ address: String) -> String {
    let path = address.prefix { $0 != "?" && $0 != "#" }.split(separator: "/").last.map(String.init) ?? "stream"
    let ending = FileName.split(path).ending.dropFirst().lowercased()
    return path.replacing(":", with: "_") + (MediaLocations.extensions.contains(ending) ? "" : ".mp4")
  }
}

extension NumberPattern {
  /// What the names have in common: `img` of `img_%03d.png`.
  fileprivate var common: String {
    let separators = "_-. "
    let head = FileName.split(name(0)).stem.prefix { !("0"..."9").contains($0) }
    let kept = head.reversed().drop { separators.contains($0) }.reversed()
    return kept.isEmpty ? "pictures" : String(kept)
  }
}
