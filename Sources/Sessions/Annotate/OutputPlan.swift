import Core
import Foundation
import Media

/// An input and the file that it becomes, if any.
struct PlannedInput: Hashable {
  var input: String
  /// What rows and pages call it.
  var shown: String
  var output: String?
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
    let locations = try MediaLocations.expand(request.inputs)
    several = locations.count > 1
    let folder = try OutputPlan.folder(request, locations)
    if let folder { try OutputPlan.makeFolder(folder) }
    var taken = Set<String>()
    var known: [String: [String]] = [:]
    inputs = locations.map { location in
      let output = folder.map { OutputPlan.place(location, in: $0, &taken) } ?? request.out
      return PlannedInput(input: location, shown: OutputPlan.label(location, &known), output: output)
    }
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

  /// Outputs that are there stay as they are.
  private mutating func leaveOutWritten(_ request: AnnotateRequest) {
    for index in inputs.indices where inputs[index].output.map(OutputPlan.exists) == true {
      inputs[index].isWritten = true
    }
    if request.kept == nil { inputs.removeAll(where: \.isWritten) }
  }

  /// Rows and frames of an earlier run whose rows are taken up are written anew.
  static func replacesRows(_ request: AnnotateRequest) -> Bool {
    request.resume && request.kept.map { exists($0.path) } == true
  }

  private func check(_ request: AnnotateRequest) throws {
    let files = request.rows.map(\.path).filter { $0 != "-" } + [request.timeline, request.report].compactMap(\.self)
    let outputs = inputs.compactMap(\.missing) + files
    let mayReplace = request.force || OutputPlan.replacesRows(request)
    for output in outputs {
      if inputs.contains(where: { FileName.areOne($0.input, output) }) { throw OutputFileError.isInput(output) }
      do { try PendingFile.check(output, replaces: mayReplace) } catch { throw OutputFileError(error) }
    }
    for (index, output) in outputs.enumerated() where outputs[..<index].contains(output) {
      throw OutputFileError.usedTwice(output)
    }
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
  private static func place(_ location: String, in folder: String, _ taken: inout Set<String>) -> String {
    let path = (folder.hasSuffix("/") ? folder : folder + "/") + OutputName.of(location)
    var candidate = path
    var number = 2
    while !taken.insert(candidate).inserted {
      candidate = FileName.inserted("\(number)", into: path)
      number += 1
    }
    return candidate
  }
}
