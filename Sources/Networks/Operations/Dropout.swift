/// Dropout, as `torch.nn.Dropout`: the identity in evaluation; in training, elements are zeroed with `probability`
/// and the others divided by `1 - probability`.
///
/// Input and output of the same shape; may work in place.
public struct Dropout: Operation {
  public static let name = "dropout"
  /// Share of the elements that training zeroes.
  public var probability: Float

  /// Dropout with `probability`.
  public init(_ probability: Float = 0.5) { self.probability = probability }

  public func outputShape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    guard (0..<1).contains(probability) else { throw unfit(inputs, "probability must lie from 0 to below 1") }
    return try onlyInput(inputs)
  }

  public func isIdentity(_ inputs: [Shape]) -> Bool { true }

  public func reference(_ io: ForwardIO) { io.mapElements { $0 } }
}
