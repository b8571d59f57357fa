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
  /// The tensors that `graph` needs, in its shapes.
  ///
  /// PyTorch's step counters (`num_batches_tracked`) and modules listed a second time under another name are ignored;
  /// where all names begin with `module.` (a network saved from `DataParallel`) the prefix is dropped. Tensors of
  /// training-only heads may be absent, and are left out where they have other shapes (a head for another number of classes).
  /// - Throws: `WeightProblem.mismatch`, which lists every missing, extra and misshapen tensor.
  public func matched(to graph: Graph) throws(WeightProblem) -> Weights {
    let required = Set(graph.forInference().parameters.map(\.name))
    let candidates = WeightFile.withoutWrapper(weights).filter { name, tensor in
      !WeightFile.isSuperfluous(name, graph) && (required.contains(name) || graph.accepts(name, tensor.shape))
    }
    let mismatch = WeightFile.mismatch(candidates, graph.parameters, required: required)
    guard mismatch.isEmpty else { throw .mismatch(mismatch) }
    return candidates
  }

  private static func isSuperfluous(_ name: String, _ graph: Graph) -> Bool {
    name.hasSuffix("num_batches_tracked") || graph.synonyms.keys.contains { name.hasPrefix($0 + ".") }
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

extension Graph {
  /// False for a known parameter in another shape; a name that is not known is for `mismatch` to report.
  fileprivate func accepts(_ name: String, _ shape: [Int]) -> Bool {
    parameters.first { $0.name == name }.map { $0.spec.shape == shape } ?? true
  }
}
