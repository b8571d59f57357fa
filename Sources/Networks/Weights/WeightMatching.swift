/// Parameters that do not match a network, each list in order of names.
public struct WeightMismatch: Hashable, Sendable {
  /// A tensor of the wrong shape.
  public struct Misshapen: Hashable, Sendable {
    /// The parameter.
    public var name: String
    /// What the network needs.
    public var expected: [Int]
    /// What the file has.
    public var found: [Int]

    /// A tensor `name` of shape `found`.
    public init(name: String, expected: [Int], found: [Int]) {
      self.name = name
      self.expected = expected
      self.found = found
    }
  }

  /// Needed and not there.
  public var missing: [String]
  /// There and not needed.
  public var extra: [String]
  /// There in another shape.
  public var misshapen: [Misshapen]

  /// All three lists.
  public init(missing: [String], extra: [String], misshapen: [Misshapen]) {
    self.missing = missing
    self.extra = extra
    self.misshapen = misshapen
  }

  /// Whether everything matches.
  public var isEmpty: Bool { missing.isEmpty && extra.isEmpty && misshapen.isEmpty }
}

extension WeightFile {
  /// The tensors that `graph` needs, in its shapes; those of training-only heads may be absent.
  ///
  /// PyTorch's step counters (`num_batches_tracked`) are ignored; where all names begin with `module.`
  /// (a network saved from `DataParallel`) the prefix is dropped.
  /// - Throws: `WeightProblem.mismatch`, which lists every missing, extra and misshapen tensor.
  public func matched(to graph: Graph) throws(WeightProblem) -> Weights {
    let candidates = WeightFile.withoutWrapper(weights.filter { !$0.key.hasSuffix("num_batches_tracked") })
    let mismatch = WeightFile.mismatch(
      candidates, graph.parameters, required: Set(graph.forInference().parameters.map(\.name)))
    guard mismatch.isEmpty else { throw .mismatch(mismatch) }
    return candidates
  }

  private static func mismatch(
    _ weights: Weights, _ parameters: [(name: String, spec: ParameterSpec)], required: Set<String>
  ) -> WeightMismatch {
    let known = Set(parameters.map(\.name))
    let misshapen = parameters.compactMap { name, spec in
      weights[name].flatMap { found in
        found.shape == spec.shape
          ? nil : WeightMismatch.Misshapen(name: name, expected: spec.shape, found: found.shape)
      }
    }
    return WeightMismatch(
      missing: required.filter { weights[$0] == nil }.sorted(),
      extra: weights.keys.filter { !known.contains($0) }.sorted(),
      misshapen: misshapen.sorted { $0.name < $1.name })
  }

  private static func withoutWrapper(_ weights: Weights) -> Weights {
    let prefix = "module."
    guard !weights.isEmpty, weights.keys.allSatisfy({ $0.hasPrefix(prefix) }) else { return weights }
    return Weights(uniqueKeysWithValues: weights.map { (String($0.key.dropFirst(prefix.count)), $0.value) })
  }
}
