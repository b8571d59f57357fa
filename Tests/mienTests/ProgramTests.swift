import Foundation
import Kernels
import TestSupport
import Testing

@testable import mien

@Suite struct ProgramTests {
  @Test func versionAndHelp() throws {
    let version = try Program.mien("--version")
    #expect(
      version.status == 0 && version.lines == ["mien \(Mien.version)", "instruction set \(InstructionSet.chosen.name)"])
    let help = try Program.mien("help")
    for command in commandTable { #expect(help.lines.contains { $0.contains(" \(command.name) ") }) }
    for command in commandTable { #expect(try Program.run(Program.path, ["help"] + command.words).status == 0) }
  }

  @Test func instructionSetsAreForced() throws {
    for set in InstructionSet.usable {
      let outcome = try Program.run("/usr/bin/env", ["MIEN_CPU=\(set.name)", Program.path, "--version"])
      #expect(outcome.status == 0 && outcome.lines.last == "instruction set \(set.name)")
    }
    let wrong = try Program.run("/usr/bin/env", ["MIEN_CPU=z80", Program.path, "--version"])
    #expect(wrong.status == 2 && wrong.output.isEmpty && wrong.errors.contains("MIEN_CPU is \"z80\""))
    #expect(wrong.complaints.count == 1)
  }

  @Test func withoutACommandItHelpsAndFails() throws {
    let outcome = try Program.mien()
    #expect(outcome.status == 2 && outcome.output.isEmpty && outcome.errors.contains("Usage: mien COMMAND"))
  }

  @Test(arguments: [
    (["anotate", "x.mp4"], "did you mean annotate?"),
    (["annotate"], "needs INPUT"),
    (["annotate", "x.mp4"], "Nothing to write"),
    (["annotate", "x.mp4", "-o", "y.mp4", "--evry", "2"], "did you mean --every?"),
    (["annotate", "x.mp4", "-o", "y.mp4", "--every", "none"], "whole number"),
    (["annotate", "x.mp4", "--jsonl", "-", "--csv", "-"], "cannot be used together"),
    (["annotate", "x.mp4", "--jsonl", "-", "--codec", "libx264"], "needs -o"),
  ])
  func aWrongCommandLineIsOneSentence(words: [String], part: String) throws {
    let outcome = try Program.run(Program.path, words)
    #expect(outcome.status == 2)
    #expect(outcome.complaints.count == 1 && outcome.errors.hasPrefix("mien: ") && outcome.errors.contains(part))
  }

  @Test func standardOutputThatIsFullIsAnError() throws {
    let outcome = try Program.run("/bin/sh", ["-c", "'\(Program.path)' help >/dev/full"])
    #expect(outcome.status == 1 && outcome.errors.contains("no space left"))
  }

  @Test func theManPageIsWellFormed() throws {
    try #require(FileManager.default.fileExists(atPath: "/usr/bin/groff"), "skipped: no groff")
    let outcome = try Program.run("/bin/sh", ["-c", "'\(Program.path)' help --man | groff -man -Tutf8 -ww -W break"])
    #expect(outcome.errors.isEmpty && outcome.lines.contains { $0.contains("MIEN(1)") })
  }

  @Test(arguments: [
    ("mien ann", "annotate"), ("mien annotate --hide-f", "--hide-faces"),
    ("mien annotate --hide-faces pix", "pixelate"),
  ])
  func bashCompletes(line: String, expected: String) throws {
    let words = line.split(separator: " ").map(String.init)
    let script = """
      source <("\(Program.path)" help --completion bash)
      COMP_WORDS=(\(words.joined(separator: " "))); COMP_CWORD=\(words.count - 1); _mien; echo "${COMPREPLY[@]}"
      """
    #expect(try Program.run("/bin/bash", ["-c", script]).lines == [Substring(expected)])
  }

  @Test(arguments: ["zsh", "fish"]) func otherShellsReadTheirScript(shell: String) throws {
    let path = "/usr/bin/\(shell)"
    guard FileManager.default.fileExists(atPath: path) else { return print("skipped: no \(shell)") }
    let outcome = try Program.run("/bin/sh", ["-c", "'\(Program.path)' help --completion \(shell) | \(shell) -n"])
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
  }
}
