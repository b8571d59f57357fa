import Networks

extension ExecutorError: Explained {
  var sentence: String {
    switch self {
    case .missing(let parameter): "The weights lack \(parameter); are they of this architecture?"
    case .misshapen(let parameter, let expected, let found):
      "The weights have \(parameter) as \(found), the network needs \(expected); are they of this architecture?"
    case .tooMuchMemory(let bytes, let limit): memorySentence(bytes, limit)
    }
  }
}

/// A network whose values need `bytes` of the `limit` that it may take.
func memorySentence(_ bytes: Int, _ limit: Int) -> String {
  "The network needs \(bytes >> 20) MB for its values and may take \(limit >> 20) MB here: use smaller images or batches."
}

/// Why a kernel was not chosen, for `--explain`.
func sentence(for refusal: RejectedKernel) -> String {
  switch refusal.reason {
  case .geometry: "\(refusal.kernel): other kernel size, stride, dilation or groups"
  case .channels(let count): "\(refusal.kernel): only \(count) input channel\(count == 1 ? "" : "s")"
  case .slower(let ratio): "\(refusal.kernel): \((ratio * 100).rounded() / 100)x as long by the cost model"
  }
}
