import Core
import Foundation
import Media
import Recognition
import Sessions

extension Sandbox {
  /// What `request` needs: its inputs, its outputs' folders, models and detector.
  init(_ request: AnnotateRequest) {
    self.init()
    usesNetwork = request.inputs.contains { $0.contains("://") }
    let files = (try? MediaLocations.expand(request.inputs, recursively: request.isRecursive)) ?? []
    readable =
      (request.inputs + files).flatMap(Sandbox.needed) + Sandbox.resources + request.analysis.models + [
        request.analysis.detector
      ]
    let outputs =
      request.rows.map(\.path).filter { $0 != "-" } + request.documents.map(\.path)
      + [request.out, request.crops, request.database].compactMap(\.self)
    writable = outputs.flatMap(Sandbox.places)
  }

  /// A file alone, but for lists of files and numbered images, whose folder is read.
  private static func needed(_ location: String) -> [String] {
    let path = location.hasPrefix("file:") ? String(location.dropFirst(5)) : location
    let name = path.lowercased()
    let isList = [".m3u8", ".m3u", ".mpd", ".ffconcat", ".txt"].contains(where: name.hasSuffix)
    let isThere = FileManager.default.fileExists(atPath: path)
    return isThere && !isList ? [path] : [path, folder(of: path)]
  }

  /// Where models, detectors and samples lie, the program itself, its libraries, and fonts.
  private static var resources: [String] {
    let environment = ProcessInfo.processInfo.environment
    let home = environment["HOME"] ?? "/root"
    let own = [Resource.models, .cascades, .samples].compactMap { $0.folder?.path }
    let libraries = (environment["LD_LIBRARY_PATH"] ?? "").split(separator: ":").map(String.init)
    let fonts = [".fonts", ".fonts.conf", ".local/share/fonts", ".cache/fontconfig", ".config/fontconfig"].map {
      "\(home)/\($0)"
    }
    return own + [Resource.executable.deletingLastPathComponent().path] + libraries + fonts
      + (Resource.share("version").map { [$0.deletingLastPathComponent().path] } ?? [])
  }

  /// The folder in which an output comes to be, or the nearest that is there; of a device or a pipe itself as well.
  private static func places(_ output: String) -> [String] {
    let end = FileName.followed(output)
    var place = FileName.isFolder(end) ? end : folder(of: end)
    while !FileName.isFolder(place), place != "/", place != "." { place = folder(of: place) }
    return FileName.isSpecial(output) ? [output] : [place]
  }

  private static func folder(of path: String) -> String {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    let folder = FileName.split(path).folder
    return folder.isEmpty ? "." : folder
  }
}
