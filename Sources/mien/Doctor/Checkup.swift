import Core
import Display
import Foundation
import Kernels
import Media
import Recognition

/// What one check of `mien doctor` found.
struct Finding {
  /// How it stands.
  enum State: String {
    case fine = "ok"
    /// Not there, and not needed for everything.
    case missing = "-"
    /// Mien cannot work like that.
    case broken = "NO"
  }

  var state: State
  var text: String

  static func fine(_ text: String) -> Finding { Finding(state: .fine, text: text) }
  static func missing(_ text: String) -> Finding { Finding(state: .missing, text: text) }

  /// What `body` finds; broken where it throws.
  static func of(_ body: () throws -> Finding) -> Finding {
    do { return try body() } catch { return Finding(state: .broken, text: sentence(for: error)) }
  }
}

/// The checks of `mien doctor`, a row each.
struct Checkup: Sendable {
  var name: String
  var run: @Sendable () -> Finding

  static let table: [Checkup] = [
    Checkup(name: "mien", run: program),
    Checkup(name: "processor", run: processor),
    Checkup(name: "models", run: models),
    Checkup(name: "detector", run: detector),
    Checkup(name: "speed", run: speed),
    Checkup(name: "cameras", run: cameras),
    Checkup(name: "display", run: display),
    Checkup(name: "FFmpeg", run: media),
    Checkup(name: "codecs", run: codecs),
    Checkup(name: "stills", run: stills),
  ]

  private static func program() -> Finding {
    let sandbox =
      Sandbox.version.map { "annotate runs in a sandbox (Landlock \($0))" } ?? "no sandbox: this kernel has no Landlock"
    return .fine("\(Mien.fullVersion), \(Resource.executable.path); \(sandbox)")
  }

  private static func processor() -> Finding {
    let model = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.split(separator: "\n")
      .first { $0.hasPrefix("model name") }?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) }
    let cores = processorCount()
    return .fine(
      "\(model ?? "unknown"), \(cores) core\(cores == 1 ? "" : "s"); uses \(InstructionSet.chosen.name) of "
        + InstructionSet.usable.map(\.name).joined(separator: ", "))
  }

  private static func models() -> Finding {
    .of {
      let library = ModelLibrary()
      let presets = library.names.filter { library.preset($0) != nil }
      for name in presets { _ = try library.load([name]) }
      _ = try library.load()
      return .fine("\(presets.joined(separator: ", ")) in \(library.folder?.path ?? "")")
    }
  }

  private static func detector() -> Finding {
    .of {
      _ = try DetectorLibrary().load("default")
      return .fine("default in \(Resource.cascades.folder?.path ?? "")")
    }
  }

  private static func speed() -> Finding {
    .of {
      let times = try SpeedCheck()
      return .fine(
        "\(oneDecimal(times.detection)) ms to look for faces in 640x480, \(oneDecimal(times.face)) ms a face (default)")
    }
  }

  private static func cameras() -> Finding {
    let cameras = Camera.list()
    guard !cameras.isEmpty else { return .missing("none: plug one in; files, streams and the screen work without") }
    let lines = cameras.map { "\($0.path) \($0.name)" + ($0.problem.map { ": \($0.sentence)" } ?? "") }
    let text = lines.joined(separator: "; ")
    return cameras.contains { $0.problem == nil } ? .fine(text) : .missing(text)
  }

  private static func display() -> Finding {
    do { return .fine(try MessageWindow.driver()) } catch { return .missing(sentence(for: error)) }
  }

  private static func media() -> Finding { .fine(MediaSupport.version) }

  private static func codecs() -> Finding {
    let codecs = MediaSupport.codecs
    let (there, missing) = (codecs.filter(\.isThere), codecs.filter { !$0.isThere })
    let names = there.map(\.name).joined(separator: ", ")
    return missing.isEmpty
      ? .fine(names) : .missing("\(names); not here: \(missing.map(\.name).joined(separator: ", "))")
  }

  private static func stills() -> Finding {
    MediaSupport.readsHEIC
      ? .fine("JPEG, PNG, WebP, TIFF, AVIF, HEIC") : .missing("JPEG, PNG, WebP, TIFF, AVIF; HEIC needs libheif1")
  }
}
