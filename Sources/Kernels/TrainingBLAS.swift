import COpenBLAS

/// A row-major matrix for `multiplyLarge`; its rows are `stride` apart.
public struct MatrixView {
  /// Element (0, 0).
  public var base: UnsafePointer<Float>
  /// Distance between rows.
  public var stride: Int
  /// Whether the product takes it transposed.
  public var transposed: Bool

  /// A matrix at `base`.
  public init(_ base: UnsafePointer<Float>, stride: Int, transposed: Bool = false) {
    (self.base, self.stride, self.transposed) = (base, stride, transposed)
  }
}

/// `c = a * b` or `c += a * b` by OpenBLAS, which packs large matrices well. Runs on the calling thread alone.
public func multiplyLarge(
  rows: Int, columns: Int, depth: Int, _ a: MatrixView, _ b: MatrixView, _ c: UnsafeMutablePointer<Float>, ldc: Int,
  accumulate: Bool
) {
  _ = singleThreaded
  cblas_sgemm(
    CblasRowMajor, a.transposed ? CblasTrans : CblasNoTrans, b.transposed ? CblasTrans : CblasNoTrans,
    blasint(rows), blasint(columns), blasint(depth), 1, a.base, blasint(a.stride), b.base, blasint(b.stride),
    accumulate ? 1 : 0, c, blasint(ldc))
}

/// Mien shares work out itself: OpenBLAS keeps to one thread.
private let singleThreaded: Void = openblas_set_num_threads(1)
