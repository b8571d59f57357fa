import Faces
import Glibc

struct TrackedFace {
  var track: Int
  var box: Box
  var score: Double
  var source: BoxSource
}

struct Tracker {
  private var open: [(face: TrackedFace, seen: Double)] = []
  private var next = 1
  mutating func update(_ detections: [Detection], time: Double) -> [TrackedFace] {
    var free = detections
    for i in open.indices {
      let best = free.indices.max { free[$0].box.overlap(open[i].face.box) < free[$1].box.overlap(open[i].face.box) }
      if let best, free[best].box.overlap(open[i].face.box) > 0.3 {
        (open[i].face.box, open[i].face.score, open[i].face.source) = (free[best].box, free[best].score, .measured)
        open[i].seen = time
        free.remove(at: best)
      } else {
        open[i].face.source = .held
      }
    }
    open.removeAll { time - $0.seen > 0.4 }
    for detection in free {
      open.append((TrackedFace(track: next, box: detection.box, score: detection.score, source: .measured), time))
      next += 1
    }
    return open.map(\.face)
  }
  func held(at time: Double) -> [TrackedFace] {
    open.map { TrackedFace(track: $0.face.track, box: $0.face.box, score: $0.face.score, source: .held) }
  }
}

struct FaceCropper {
  func crop(_ box: Box, of luma: LumaPlane, size: Int) -> [UInt8] {
    (0..<size * size).map { index in
      let (row, column) = (index / size, index % size)
      let y = min(max(Int(box.y + (Double(row) + 0.5) * box.height / Double(size)), 0), luma.height - 1)
      let x = min(max(Int(box.x + (Double(column) + 0.5) * box.width / Double(size)), 0), luma.width - 1)
      return luma.base[y * luma.stride + x]
    }
  }
}

struct ProbabilitySmoother {
  private var state: [Double] = []
  private var last = 0.0
  mutating func add(_ votes: [Double], at time: Double) -> [Double] {
    let keep = state.isEmpty ? 0 : exp(-(time - last) / 0.3)
    state = state.isEmpty ? votes : zip(state, votes).map { $0 * keep + $1 * (1 - keep) }
    last = time
    return state
  }
}

struct FaceQuality {
  var value: Double?
  var reason: Uncertainty?
  init(of box: Box) { reason = box.width < 24 ? .tooSmall : nil }
}
