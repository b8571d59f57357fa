import Core
import Foundation
import Media

/// Writes `input`'s frames to `output`, untouched.
@discardableResult
func rewrite(
  _ path: String, to output: String, _ options: OutputOptions = OutputOptions(), _ range: InputOptions = InputOptions()
) throws -> [MediaWarning] {
  let input = try MediaInput.open(path, options: range)
  let sink = try MediaOutput.create(output, for: input, options: options)
  while let frame = try input.next() {
    try sink.consume(frame, FrameResult(frame: frame.index, time: frame.time, faces: []))
  }
  try sink.commit()
  return input.warnings + sink.warnings
}
