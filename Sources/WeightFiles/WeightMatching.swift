import Networks

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
  /// PyTorch's step counters (`num_batches_tracked`) and modules listed a second time under another name are ignored; a
  /// beginning that all names share is dropped (`withoutSharedBeginning`). Tensors of training-only heads may be
  /// absent, and are left out where they have other shapes (a head for another number of classes).
  /// - Throws: `WeightProblem.mismatch`, which lists every missing, extra and misshapen tensor.
  public func matched(to graph: Graph) throws(WeightProblem) -> Weights {
    let (candidates, mismatch) = compared(to: graph)
    guard mismatch.isEmpty else { throw .mismatch(mismatch) }
    return candidates
  }

  /// The tensors that `graph` knows by name and shape, and all that does not fit: for a network that starts from some of them.
  public func fitting(_ graph: Graph) -> (weights: Weights, mismatch: WeightMismatch) {
    let (candidates, mismatch) = compared(to: graph)
    let shapes = Dictionary(graph.parameters.map { ($0.name, $0.spec.shape) }) { first, _ in first }
    return (candidates.filter { shapes[$0.key] == $0.value.shape }, mismatch)
  }

  private func compared(to graph: Graph) -> (candidates: Weights, mismatch: WeightMismatch) {
    let required = Set(graph.forInference().parameters.map(\.name))
    let candidates = WeightFile.withoutSharedBeginning(weights, of: graph).filter { name, tensor in
      !WeightFile.isSuperfluous(name, graph) && (required.contains(name) || graph.accepts(name, tensor.shape))
    }
    return (candidates, WeightFile.mismatch(candidates, graph.parameters, required: required))
  }

  private static func isSuperfluous(_ name: String, _ graph: Graph) -> Bool {
    isCounter(name) || graph.synonyms.keys.contains { name.hasPrefix($0 + ".") }
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

  /// `weights` without the beginning that all their names share and `graph` does not know: what wrappers put before a
  /// network's own names (`module.` of `DataParallel`, `model.` of Lightning, `_orig_mod.` of `torch.compile`,
  /// `backbone.`, any of them in another). Names that the graph knows stay as they are.
  public static func withoutSharedBeginning(_ weights: Weights, of graph: Graph) -> Weights {
    let known = Set(graph.parameters.map(\.name))
    let names = weights.keys.filter { !isCounter($0) }
    guard let first = names.first else { return weights }
    let best = beginnings(of: first, sharedBy: names)
      .map { start in (start, found: names.filter { known.contains(String($0.dropFirst(start.count))) }.count) }
      .reduce((start: "", found: 0)) { $1.found > $0.found ? (start: $1.0, found: $1.found) : $0 }
    guard !best.start.isEmpty else { return weights }
    return Weights(
      uniqueKeysWithValues: weights.filter { $0.key.hasPrefix(best.start) }
        .map { (String($0.key.dropFirst(best.start.count)), $0.value) })
  }

  /// The beginnings of `name`, whole words with their point and nothing at all, that all of `names` share; shortest
  /// first.
  private static func beginnings(of name: String, sharedBy names: [String]) -> [String] {
    var (found, start) = ([""], "")
    for word in name.split(separator: ".", omittingEmptySubsequences: false).dropLast() {
      start += "\(word)."
      guard names.allSatisfy({ $0.hasPrefix(start) }) else { break }
      found.append(start)
    }
    return found
  }

  /// Counts that no network needs: of batches that a norm has seen, of networks that were averaged.
  private static func isCounter(_ name: String) -> Bool {
    name.hasSuffix("num_batches_tracked") || name == "n_averaged"
  }
}

extension Graph {
  /// False for a known parameter in another shape; a name that is not known is for `mismatch` to report.
  fileprivate func accepts(_ name: String, _ shape: [Int]) -> Bool {
    parameters.first { $0.name == name }.map { $0.spec.shape == shape } ?? true
  }
}
