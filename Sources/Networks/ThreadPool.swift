import Glibc
import Synchronization

/// Work in independent parts that a `ThreadPool` spreads on its threads.
public protocol PoolJob: AnyObject {
  /// Does part `part`. `worker` is below the pool's `threads`; no two parts run at once with the same worker,
  /// so it picks scratch memory.
  func run(part: Int, worker: Int)
}

/// Threads that live as long as the pool: they spin briefly for the next job, then sleep.
///
/// The caller works too, so a pool of one thread starts none. Parts are handed out one by one in order, to whoever is
/// free: a result must not depend on which worker did a part. A caller who finds the pool at work for another, or who is one of
/// its parts, does its own parts alone. A call allocates nothing.
public final class ThreadPool: Sendable {
  /// Workers, the caller included.
  public let threads: Int
  private let state = PoolState()
  private let handles: [pthread_t]

  /// The one pool of the process with so many workers, for as long as anybody holds it: pools of their own would spin against each other.
  public static func shared(threads: Int) -> ThreadPool {
    sharedPools.withLock { pools in
      if let pool = pools[max(threads, 1)]?.pool { return pool }
      let pool = ThreadPool(threads: threads)
      pools[pool.threads] = WeakPool(pool: pool)
      return pool
    }
  }

  private struct WeakPool: Sendable { weak let pool: ThreadPool? }
  private static let sharedPools = Mutex<[Int: WeakPool]>([:])

  /// A pool of `threads` (at least one) workers.
  public init(threads: Int) {
    self.threads = max(threads, 1)
    handles = (1..<max(threads, 1)).map { [state] in start(worker: $0, state) }
  }

  deinit {
    state.stop()
    for handle in handles { pthread_join(handle, nil) }
  }

  /// Runs parts 0..<`parts` of `job` and returns when all are done.
  public func run(parts: Int, _ job: any PoolJob) {
    if threads == 1 || parts <= 1 {
      for part in 0..<parts { job.run(part: part, worker: 0) }
    } else if !state.perform(parts, job) {
      for part in 0..<parts { job.run(part: part, worker: 0) }
    }
  }

  /// As `run(parts:_:)` for a closure of part and worker; allocates a little, so it is for work outside the frame loop.
  public func run(parts: Int, _ body: (_ part: Int, _ worker: Int) -> Void) {
    withoutActuallyEscaping(body) { run(parts: parts, ClosureJob($0)) }
  }
}

private final class ClosureJob: PoolJob {
  let body: (Int, Int) -> Void
  init(_ body: @escaping (Int, Int) -> Void) { self.body = body }
  func run(part: Int, worker: Int) { body(part, worker) }
}

/// What callers and workers share. `job` and `parts` are written only while `open` is false and no worker is active,
/// which makes the class safe to send.
private final class PoolState: @unchecked Sendable {
  private var job: (any PoolJob)?
  private var parts = 0
  private var mutex = pthread_mutex_t()
  private var wake = pthread_cond_t()
  private var turn = pthread_mutex_t()
  private let round = Atomic<Int>(0)
  private let next = Atomic<Int>(0)
  private let active = Atomic<Int>(0)
  private let sleepers = Atomic<Int>(0)
  private let open = Atomic<Bool>(false)
  private let stopping = Atomic<Bool>(false)

  init() {
    pthread_mutex_init(&mutex, nil)
    pthread_mutex_init(&turn, nil)
    pthread_cond_init(&wake, nil)
  }

  deinit {
    pthread_mutex_destroy(&mutex)
    pthread_mutex_destroy(&turn)
    pthread_cond_destroy(&wake)
  }

  /// False, with nothing done, where it is at work already.
  func perform(_ parts: Int, _ job: any PoolJob) -> Bool {
    guard pthread_mutex_trylock(&turn) == 0 else { return false }
    self.job = job
    self.parts = parts
    next.store(0, ordering: .relaxed)
    open.store(true, ordering: .sequentiallyConsistent)
    announce()
    work(job, worker: 0)
    open.store(false, ordering: .sequentiallyConsistent)
    spin(limit: .max) { self.active.load(ordering: .sequentiallyConsistent) == 0 }
    self.job = nil
    pthread_mutex_unlock(&turn)
    return true
  }

  func stop() {
    stopping.store(true, ordering: .sequentiallyConsistent)
    announce()
  }

  /// A worker's life.
  func serve(worker: Int) {
    var seen = 0
    while true {
      seen = waitForRound(after: seen)
      if stopping.load(ordering: .sequentiallyConsistent) { return }
      active.add(1, ordering: .sequentiallyConsistent)
      if open.load(ordering: .sequentiallyConsistent), let job { work(job, worker: worker) }
      active.subtract(1, ordering: .sequentiallyConsistent)
    }
  }

  private func announce() {
    round.add(1, ordering: .sequentiallyConsistent)
    guard sleepers.load(ordering: .sequentiallyConsistent) > 0 else { return }
    pthread_mutex_lock(&mutex)
    pthread_cond_broadcast(&wake)
    pthread_mutex_unlock(&mutex)
  }

  private func work(_ job: any PoolJob, worker: Int) {
    while true {
      let part = next.add(1, ordering: .relaxed).oldValue
      guard part < parts else { return }
      job.run(part: part, worker: worker)
    }
  }

  private func waitForRound(after seen: Int) -> Int {
    if !spin(limit: 20_000, until: { self.round.load(ordering: .acquiring) != seen }) { sleep(after: seen) }
    return round.load(ordering: .sequentiallyConsistent)
  }

  private func sleep(after seen: Int) {
    pthread_mutex_lock(&mutex)
    sleepers.add(1, ordering: .sequentiallyConsistent)
    while round.load(ordering: .sequentiallyConsistent) == seen { pthread_cond_wait(&wake, &mutex) }
    sleepers.subtract(1, ordering: .sequentiallyConsistent)
    pthread_mutex_unlock(&mutex)
  }

  /// Busy waiting; beyond a few thousand rounds it gives way to other threads. False when `limit` is reached.
  @inline(__always) @discardableResult
  private func spin(limit: Int, until done: () -> Bool) -> Bool {
    var rounds = 0
    while !done() {
      rounds += 1
      if rounds == limit { return false }
      if rounds & 0xfff == 0 { sched_yield() }
    }
    return true
  }
}

private final class WorkerStart {
  let worker: Int
  let state: PoolState
  init(worker: Int, state: PoolState) {
    self.worker = worker
    self.state = state
  }
}

private func start(worker: Int, _ state: PoolState) -> pthread_t {
  var handle = pthread_t()
  let argument = Unmanaged.passRetained(WorkerStart(worker: worker, state: state)).toOpaque()
  let failure = pthread_create(
    &handle, nil,
    { raw in
      let start = Unmanaged<WorkerStart>.fromOpaque(raw!).takeRetainedValue()
      start.state.serve(worker: start.worker)
      return nil
    }, argument)
  precondition(failure == 0, "no more threads")
  return handle
}
