import CV4L2

/// What formats, sizes and rates a node offers.
extension V4L2Device {
  /// Formats of a queue, in the driver's order.
  func formats(_ queue: v4l2_buf_type) -> [CameraFormat] {
    list(512) { index in
      var answer = v4l2_fmtdesc()
      (answer.index, answer.type) = (index, queue.rawValue)
      guard call(V4LEnumerateFormat, &answer) == 0 else { return nil }
      return CameraFormat(
        code: FourCC(rawValue: answer.pixelformat), description: text(answer.description),
        modes: modes(answer.pixelformat))
    }
  }

  private func modes(_ code: UInt32) -> [CameraMode] {
    list(256) { index in
      var answer = v4l2_frmsizeenum()
      (answer.index, answer.pixel_format) = (index, code)
      guard call(V4LEnumerateSize, &answer) == 0 else { return nil }
      return mode(answer)
    }
  }

  /// Rates of a range of sizes are asked for at its largest, where they are slowest.
  private func mode(_ answer: v4l2_frmsizeenum) -> CameraMode {
    guard answer.type != V4L2_FRMSIZE_TYPE_DISCRETE.rawValue else {
      let size = CameraSize(width: Int(answer.discrete.width), height: Int(answer.discrete.height))
      return CameraMode(size: .exactly(size), intervals: intervals(answer.pixel_format, size))
    }
    let range = answer.stepwise
    let largest = CameraSize(width: Int(range.max_width), height: Int(range.max_height))
    return CameraMode(
      size: .stepwise(
        from: CameraSize(width: Int(range.min_width), height: Int(range.min_height)), to: largest,
        step: CameraSize(width: Int(range.step_width), height: Int(range.step_height))),
      intervals: intervals(answer.pixel_format, largest))
  }

  private func intervals(_ code: UInt32, _ size: CameraSize) -> [IntervalChoice] {
    list(256) { index in
      var answer = v4l2_frmivalenum()
      (answer.index, answer.pixel_format) = (index, code)
      (answer.width, answer.height) = (UInt32(size.width), UInt32(size.height))
      guard call(V4LEnumerateInterval, &answer) == 0 else { return nil }
      return choice(answer)
    }
  }

  private func choice(_ answer: v4l2_frmivalenum) -> IntervalChoice? {
    if answer.type == V4L2_FRMIVAL_TYPE_DISCRETE.rawValue {
      return FrameInterval(answer.discrete).map { .exactly($0) }
    }
    guard let shortest = FrameInterval(answer.stepwise.min), let longest = FrameInterval(answer.stepwise.max) else {
      return nil
    }
    let step = FrameInterval(Int(answer.stepwise.step.numerator), Int(answer.stepwise.step.denominator))
    return .stepwise(shortest: shortest, longest: longest, step: step)
  }

  /// Answers to 0, 1, 2, … until there is none; ranges of sizes or rates have one answer.
  private func list<Answer>(_ limit: UInt32, _ ask: (UInt32) -> Answer?) -> [Answer] {
    var answers: [Answer] = []
    for index in 0..<limit {
      guard let answer = ask(index) else { break }
      answers.append(answer)
    }
    return answers
  }
}

extension FrameInterval {
  /// A driver's fraction; nil where a part is zero.
  init?(_ fraction: v4l2_fract) {
    guard fraction.numerator > 0, fraction.denominator > 0 else { return nil }
    self.init(Int(fraction.numerator), Int(fraction.denominator))
  }
}
