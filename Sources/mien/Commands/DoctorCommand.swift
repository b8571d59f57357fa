/// `mien doctor`: what works on this machine.
enum DoctorCommand {
  static let row = Command(
    words: ["doctor"],
    summary: "Says what works on this machine, a line each.",
    details: [
      "Each line begins with ok, with - for what is not there and may not be needed, or with NO for what must be mended before Mien works: then the "
        + "status is 1.",
      "Times are measured on one thread, on this machine as busy as it is.",
    ],
    examples: [("mien doctor", "processor, networks, cameras, display and codecs in ten lines")],
    run: run)

  private static func run(_ arguments: Arguments) throws {
    var faults = 0
    for check in Checkup.table {
      let finding = check.run()
      if finding.state == .broken { faults += 1 }
      try Terminal.print("\(padded(finding.state.rawValue, 3))\(padded(check.name, 10))\(finding.text)\n")
    }
    if faults > 0 { throw DoctorError.broken(faults) }
  }
}

/// Why `mien doctor` ends with 1.
enum DoctorError: Error, Hashable {
  /// So many things keep Mien from working.
  case broken(Int)
}
