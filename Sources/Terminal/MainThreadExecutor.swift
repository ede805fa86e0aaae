import CTerminal
import Synchronization

/// Collects the jobs of ``TerminalActor`` for the one thread that runs them, and wakes it.
///
/// It runs nothing by itself: ``EventLoop`` does, between keys, signals and timers.
final class MainThreadExecutor: SerialExecutor {
  private let jobs = Mutex<[UnownedJob]>([])
  /// The thread that runs the jobs, 0 as long as there is none.
  private let thread = Atomic<UInt>(0)
  /// Readable when jobs came from another thread.
  let wakeup: Int32

  init() {
    wakeup = ct_wakeup_open()
    precondition(wakeup >= 0, "no descriptor left for the event loop")
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let isFirst = jobs.withLock { jobs in
      jobs.append(job)
      return jobs.count == 1
    }
    // The loop looks for jobs before it sleeps, so those of its own thread need no wake-up.
    if isFirst, !isOnThread { ct_wakeup_signal(wakeup) }
  }

  /// Makes the calling thread the one that runs the jobs.
  func adoptThread() { thread.store(UInt(ct_thread()), ordering: .relaxed) }

  var isOnThread: Bool { thread.load(ordering: .relaxed) == UInt(ct_thread()) }

  var hasJobs: Bool { jobs.withLock { !$0.isEmpty } }

  /// Runs the jobs that are there now, in order; those they bring forth wait for the next turn, so that
  /// keys and signals come in between.
  func runJobs() {
    let batch = jobs.withLock { jobs in
      let batch = jobs
      jobs.removeAll()
      return batch
    }
    for job in batch { job.runSynchronously(on: asUnownedSerialExecutor()) }
  }

  // MARK: Isolation checks

  func checkIsolated() {
    precondition(isOnThread, "not on the terminal's thread")
  }

  func isIsolatingCurrentContext() -> Bool? { isOnThread }
}
