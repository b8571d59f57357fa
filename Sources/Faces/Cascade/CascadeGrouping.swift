import Core

/// A window that a cascade let pass, in whole pixels of the image.
struct CascadeWindow: Hashable, Sendable {
  var x: Int
  var y: Int
  var width: Int
  var height: Int
  /// By how much the last stage was passed.
  var excess: Float
}

/// A face: the mean of windows that are alike.
struct CascadeGroup: Hashable, Sendable {
  var x: Int
  var y: Int
  var width: Int
  var height: Int
  /// Number of windows.
  var neighbors: Int
  /// The largest among them.
  var excess: Float
}

/// Joins windows that are alike, as OpenCV's `groupRectangles` does: windows belong together when a chain of pairs
/// whose four sides differ by at most `tolerance` of their mean size joins them.
struct CascadeGrouping {
  var minNeighbors: Int
  var tolerance = 0.2

  func callAsFunction(_ windows: [CascadeWindow]) -> [CascadeGroup] {
    guard minNeighbors > 0 else { return windows.map { CascadeGroup($0) } }
    let groups = means(windows)
    let strong = groups.filter { $0.neighbors > minNeighbors }
    return strong.filter { group in !strong.contains { $0 != group && covers($0, group) } }
  }

  private func means(_ windows: [CascadeWindow]) -> [CascadeGroup] {
    let (labels, count) = classes(windows)
    var groups = [CascadeGroup](
      repeating: CascadeGroup(x: 0, y: 0, width: 0, height: 0, neighbors: 0, excess: 0),
      count: count)
    for (window, label) in zip(windows, labels) { groups[label].add(window) }
    return groups.map { $0.mean }
  }

  private func areAlike(_ a: CascadeWindow, _ b: CascadeWindow) -> Bool {
    let delta = tolerance * Double(min(a.width, b.width) + min(a.height, b.height)) * 0.5
    let sides = [
      a.x - b.x, a.y - b.y, a.x + a.width - b.x - b.width, a.y + a.height - b.y - b.height,
    ]
    return sides.allSatisfy { Double(abs($0)) <= delta }
  }

  /// Labels of the classes in order of their first window, by union and find.
  private func classes(_ windows: [CascadeWindow]) -> (labels: [Int], count: Int) {
    var parent = Array(windows.indices)
    func find(_ index: Int) -> Int {
      var root = index
      while parent[root] != root { root = parent[root] }
      parent[index] = root
      return root
    }
    for i in windows.indices {
      for j in 0..<i where areAlike(windows[i], windows[j]) {
        let (a, b) = (find(i), find(j))
        parent[max(a, b)] = min(a, b)
      }
    }
    var label: [Int: Int] = [:]
    let labels = windows.indices.map { index in
      let root = find(index)
      let new = label[root] ?? label.count
      label[root] = new
      return new
    }
    return (labels, label.count)
  }

  /// Whether `small` lies within `large`, which more windows speak for.
  private func covers(_ large: CascadeGroup, _ small: CascadeGroup) -> Bool {
    let dx = Int((Double(large.width) * tolerance).rounded(.toNearestOrEven))
    let dy = Int((Double(large.height) * tolerance).rounded(.toNearestOrEven))
    return small.x >= large.x - dx && small.y >= large.y - dy
      && small.x + small.width <= large.x + large.width + dx
      && small.y + small.height <= large.y + large.height + dy
      && (large.neighbors > max(3, small.neighbors) || small.neighbors < 3)
  }
}

extension CascadeGroup {
  fileprivate init(_ window: CascadeWindow) {
    self.init(
      x: window.x, y: window.y, width: window.width, height: window.height, neighbors: 1,
      excess: window.excess)
  }

  /// The part within `image`: rounding may lead a pixel or more out of it.
  func clipped(to image: LumaPlane) -> CascadeGroup {
    var group = self
    group.width = min(width, image.width - x)
    group.height = min(height, image.height - y)
    return group
  }

  /// Adds up sides; `mean` divides them.
  fileprivate mutating func add(_ window: CascadeWindow) {
    x += window.x
    y += window.y
    width += window.width
    height += window.height
    neighbors += 1
    excess = max(excess, window.excess)
  }

  fileprivate var mean: CascadeGroup {
    let scale = 1 / Float(neighbors)
    func part(_ sum: Int) -> Int { Int((Float(sum) * scale).rounded(.toNearestOrEven)) }
    return CascadeGroup(
      x: part(x), y: part(y), width: part(width), height: part(height), neighbors: neighbors,
      excess: excess)
  }
}
