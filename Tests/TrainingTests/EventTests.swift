import Foundation
import TestSupport
import Testing

@testable import Training

@Test func checksumsAreCastagnolis() {
  let crc: UInt32 = 0xE306_9283
  #expect(CRC32C.masked(Data("123456789".utf8)) == (crc >> 15 | crc << 17) &+ 0xA282_EAD8)
}

/// Reads event files as TensorBoard's own reader does, where it is installed.
private let script = """
  import json, sys
  from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
  events = EventAccumulator(sys.argv[1]); events.Reload()
  print(json.dumps({tag: [[e.step, e.value] for e in events.Scalars(tag)] for tag in events.Tags()["scalars"]}))
  """

@Test(.enabled(if: Python.has("tensorboard"), "\(Python.missing("tensorboard"))"))
func tensorBoardReadsTheCurves() throws {
  let folder = try Scratch()
  let writer = try EventWriter(folder: folder.folder.path, suffix: "test")
  for step in 1...3 { try writer.scalar("val/accuracy", 60.5 + Double(step), step: step) }
  let curves = try JSONDecoder().decode([String: [[Double]]].self, from: Python.run(script, folder.folder.path))
  #expect(curves == ["val/accuracy": [[1, 61.5], [2, 62.5], [3, 63.5]]])
}

@Test func framesHoldTheirPayloads() throws {
  let folder = try Scratch()
  try EventWriter(folder: folder.folder.path, suffix: "test").scalar("loss", 1.5, step: 300)
  let name = try #require(FileManager.default.contentsOfDirectory(atPath: folder.folder.path).first)
  let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.path(name)))
  var (at, payloads) = (0, [Data]())
  while at < bytes.count {
    let length = bytes[at..<at + 8].reversed().reduce(0) { $0 << 8 | Int($1) }
    payloads.append(Data(bytes[at + 12..<at + 12 + length]))
    at += length + 16
  }
  #expect(at == bytes.count && payloads.count == 2)
  #expect(payloads[0].range(of: Data("brain.Event:2".utf8)) != nil)
  #expect(payloads[1].range(of: Data([0x10, 0xAC, 0x02])) != nil)
  #expect(payloads[1].range(of: Data("loss".utf8) + [0x15, 0, 0, 0xC0, 0x3F]) != nil)
}
