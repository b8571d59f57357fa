import Core
import Foundation
import Media

/// An input and the file that it becomes, if any.
struct PlannedInput: Hashable {
  var input: String
  /// What rows and pages call it.
  var shown: String
  var output: String?
  /// What files of results of this recording alone are called, without folder and ending.
  var name: String
  /// The output is there already, and only rows may be wanted.
  var isWritten = false

  /// The output that is still to be written, if any.
  var missing: String? { isWritten ? nil : output }
}

/// Decides which input becomes which file, before anything is written.
struct OutputPlan {
  /// In order.
  var inputs: [PlannedInput]
  /// Whether rows must name their input.
  var several: Bool

  /// - Throws: `MediaError` where an input is not there, `OutputFileError` where an output may not be written.
  init(_ request: AnnotateRequest) throws {
    let locations = try MediaLocations.expand(request.inputs, recursively: request.isRecursive)
    several = locations.count > 1
    let folder = try OutputPlan.folder(request, locations)
    if let folder { try OutputPlan.makeFolder(folder) }
    var taken = Set<String>()
    var known: [String: [String]] = [:]
    var names = Set<String>()
    inputs = locations.map { location in
      let under = OutputPlan.folder(of: location, below: request.inputs)
      let output = folder.map { OutputPlan.place(location, in: $0, under, &taken) } ?? request.out
      return PlannedInput(
        input: location, shown: OutputPlan.label(location, &known), output: output,
        name: OutputPlan.free(under + FileName.split(OutputName.of(location)).stem, &names))
    }
    // By number, so that all shards give an input the same names.
    let shard = request.shard
    inputs = inputs.enumerated().filter { $0.offset % shard.of == shard.number - 1 }.map(\.element)
    try makeFolders(request, videos: folder)
    if request.resume { leaveOutWritten(request) }
    try check(request)
  }

  /// OUT where it is a folder: one that is there or is named like one, or else one for inputs that may be several, whatever
  /// there is of them now.
  private static func folder(_ request: AnnotateRequest, _ locations: [String]) throws -> String? {
    guard let out = request.out else { return nil }
    if isFolder(out) { return out }
    guard request.inputs.count > 1 || request.inputs.contains(where: MediaLocations.mayBeSeveral) else { return nil }
    guard !MediaOutput.isFile(out) else {
      throw OutputFileError.oneForSeveral(out, pattern: MediaLocations.numbering(of: locations))
    }
    return out
  }

  /// Those of files for each recording, and of folders in folders.
  private func makeFolders(_ request: AnnotateRequest, videos: String?) throws {
    var made = Set<String>()
    let files = inputs.flatMap { request.files.ofRecording($0.name).paths + (videos == nil ? [] : [$0.output ?? ""]) }
    for folder in files.map({ FileName.split($0).folder }) where !folder.isEmpty && made.insert(folder).inserted {
      var path = folder.hasPrefix("/") ? "/" : ""
      for part in folder.split(separator: "/") {
        path += part + "/"
        if !OutputPlan.exists(path) { try OutputPlan.makeFolder(path) }
      }
    }
  }

  /// `sub/` for a file that was found in a folder of that name below one of `roots`; empty for all others.
  private static func folder(of location: String, below roots: [String]) -> String {
    let folder = FileName.split(location).folder
    let root = roots.map(FileName.asFolder).first { folder.hasPrefix($0) && FileName.isFolder($0) }
    return root.map { String(folder.dropFirst($0.count)) } ?? ""
  }

  /// Outputs that are there stay as they are.
  private mutating func leaveOutWritten(_ request: AnnotateRequest) {
    for index in inputs.indices where inputs[index].output.map(OutputPlan.exists) == true {
      inputs[index].isWritten = true
    }
    if request.kept == nil, request.database == nil { inputs.removeAll(where: \.isWritten) }
  }

  /// Whether `files` may stand in place of files that are there: asked for, or what an earlier run left is taken up.
  static func mayReplace(_ files: ResultFiles, _ request: AnnotateRequest) -> Bool {
    request.force || request.resume && files.kept.map { exists($0.path) } != false
  }

  private func check(_ request: AnnotateRequest) throws {
    try checkNames(request)
    var outputs = inputs.compactMap(\.missing).map { ($0, request.force) }
    for files in [request.files.ofRun] + inputs.map({ request.files.ofRecording($0.name) }) {
      let mayReplace = OutputPlan.mayReplace(files, request)
      outputs += files.paths.map { ($0, mayReplace) }
    }
    if let database = request.database { outputs.append((database, request.force || request.resume)) }
    let read = Set(inputs.compactMap { FileName.identity(of: $0.input) })
    for (output, mayReplace) in outputs {
      if let file = FileName.identity(of: output), read.contains(file) { throw OutputFileError.isInput(output) }
      do { try PendingFile.check(output, replaces: mayReplace) } catch { throw OutputFileError(error) }
    }
    var taken = Set<String>()
    for (output, _) in outputs where !taken.insert(output).inserted { throw OutputFileError.usedTwice(output) }
  }

  /// Endings of documents.
  private func checkNames(_ request: AnnotateRequest) throws {
    for (document, path) in request.documents { try document.check(path, several: several) }
  }

  private static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  private static func isFolder(_ path: String) -> Bool {
    path.hasSuffix("/") || FileName.isFolder(path)
  }

  private static func makeFolder(_ path: String) throws {
    if mkdir(path, 0o777) == 0 || errno == EEXIST && isFolder(path) { return }
    throw OutputFileError.uncreatable(path, errno: errno)
  }

  /// The name of an input in rows; addresses that differ in their secrets alone get numbers.
  private static func label(_ location: String, _ known: inout [String: [String]]) -> String {
    let name = FileName.shown(location)
    let all = known[name, default: []]
    let place = all.firstIndex(of: location) ?? all.count
    if place == all.count { known[name, default: []].append(location) }
    return place == 0 ? name : "\(name) (\(place + 1))"
  }

  /// `folder/NAME`; with a number before the ending where another input has taken that name.
  private static func place(_ location: String, in folder: String, _ under: String, _ taken: inout Set<String>)
    -> String
  {
    free(FileName.asFolder(folder) + under + OutputName.of(location), &taken)
  }

  /// `path`, or with a number before the ending where it is taken.
  private static func free(_ path: String, _ taken: inout Set<String>) -> String {
    var candidate = path
    var number = 2
    while !taken.insert(candidate).inserted {
      candidate = FileName.inserted("\(number)", into: path)
      number += 1
    }
    return candidate
  }
}
