import Synchronization

/// Whether nobody but the caller holds `object`, which may then be used anew: what its last holders did with it, on whichever
/// threads, comes before whatever follows. (A reference count that is merely read orders nothing by itself.)
package func isFree<Object: AnyObject>(_ object: inout Object) -> Bool {
  guard isKnownUniquelyReferenced(&object) else { return false }
  atomicMemoryFence(ordering: .acquiring)
  return true
}
