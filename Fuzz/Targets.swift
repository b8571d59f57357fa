import Foundation
import Glibc

@testable import Core
@testable import Faces
@testable import Media
@testable import Networks
@testable import Recognition
@testable import Rows
@testable import Sessions
@testable import Training
@testable import WeightFiles

/// Reads bytes.
typealias Target = @Sendable ([UInt8]) throws -> Void

/// What is fuzzed: everything that reads bytes, a row each. What a reader throws is as it should be; it must not crash or hang.
let targets: [String: Target] = [
  "cascade": { _ = try Cascade(xml: $0) },
  "weights": { _ = try WeightFile(FileBytes($0)) },
  "weights-sized": { _ = try WeightFile(FileBytes($0), size: Extent(32, 32)) },
  "model": { _ = try Model(WeightFile(FileBytes($0)), file: "fuzz") },
  "detector": { try inFile($0) { _ = try DetectorFile(path: $0) } },
  "checkpoint": { try inFile($0) { _ = try Checkpoint<TrainingState>(path: $0) } },
  "csv-rows": { try inFile($0) { try readRows(RowFormat.csv, $0) } },
  "json-rows": { try inFile($0) { try readRows(RowFormat.jsonl, $0) } },
  "configuration": { _ = try TrainingConfiguration(json: Data($0), file: "fuzz") },
  "data-csv": { bytes in
    try inFile(bytes) { path in
      let shape = Shape(height: 48, width: 48, channels: 1)
      _ = try ImageCSV.read(path, split: nil, classes: ClassWords(LabelSet.fer2013.names), shape: shape)
    }
  },
  "regions": { try inFile($0) { _ = try HiddenRegion.read($0) } },
  "words": { bytes in
    let text = String(decoding: bytes, as: UTF8.self)
    _ = EventRule(text)
    _ = try? RowAddress(text)
    _ = FileName.shown(text)
    _ = NumberPattern(text)?.name(7)
    _ = PrintableText.line(text)
    _ = SegmentFormat(path: text)
  },
  "orientation": { bytes in
    for read in [StoredOrientation.ofPNG, StoredOrientation.ofWebP, StoredOrientation.ofTIFF, StoredOrientation.ofHEIF]
    {
      _ = read(bytes)
    }
  },
  "image": { try inFile($0) { try decode($0, frames: 1) } },
  "media": { try inFile($0) { try decode($0, frames: 12) } },
]

/// A path that holds `bytes`.
private func inFile(_ bytes: [UInt8], _ body: (String) throws -> Void) throws {
  let file = open(scratch, O_RDWR | O_CREAT | O_TRUNC, 0o600)
  defer { close(file) }
  _ = bytes.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
  try body(scratch)
}

private let scratch = "/dev/shm/mien-fuzz-\(getpid())"

private func readRows(_ format: RowFormat, _ path: String) throws {
  guard let reader = try format.reader?(path, LabelSet.ferPlus, 0) else { return }
  while try reader.next() != nil {}
}

/// Frames as `annotate` would see them.
private func decode(_ path: String, frames: Int) throws {
  let input = try MediaInput.open(path)
  guard input.info.width * input.info.height <= 4_000_000 else { return }
  for _ in 0..<frames {
    guard let frame = try input.next() else { return }
    _ = frame.luma.width
    _ = frame.read(PixelRect(x: -3, y: -3, width: 20, height: 20))
  }
  _ = input.warnings
}
