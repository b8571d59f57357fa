// Rows of a camera as they happen, or of a file: `swift run -c release LiveRows`, `swift run -c release LiveRows talk.mp4`.
import Core
import Rows
import Sessions

/// Prints who changed expression.
final class Changes: LiveSink {
  let name = "changes"
  private var last: [Int: String] = [:]

  func take(_ result: FrameResult) -> Bool {
    for face in result.faces {
      let now = face.expression ?? "uncertain"
      if last[face.track] != now { print("\(result.time) s: face \(face.track) is \(now)") }
      last[face.track] = now
    }
    return true
  }
}

let context = SessionContext { notice in
  if case .failed(let error) = notice { print("failed: \(error)") }
}

if CommandLine.arguments.count > 1 {
  // A file, each frame of it, with rows beside it.
  let file = CommandLine.arguments[1]
  var request = AnnotateRequest(inputs: [file])
  request.rows = [(.jsonl, "-")]
  try AnnotateSession(request, context: context).run()
} else {
  // The first camera, at its own pace, until Ctrl-C.
  try LiveSession(LiveRequest(), context: context, sinks: [Changes()]).run()
}
