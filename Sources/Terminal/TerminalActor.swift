import CTerminal

/// The actor of all that touches the screen. Its executor is the thread that called
/// ``TerminalActor/run(_:)``: the program's main thread.
@globalActor
public actor TerminalActor {
  /// The one terminal actor.
  public static let shared = TerminalActor()

  nonisolated let executor = MainThreadExecutor()

  /// Runs the actor's jobs on the main thread.
  public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// Turns the calling thread into the terminal's, calls `start`, and runs the event loop until it is stopped.
  ///
  /// Call it once, from the program's synchronous main and before any other thread starts (also before the
  /// first `Task`): it blocks the signals that the loop reads from a descriptor, and threads inherit that.
  ///
  /// - Parameter start: Opens the screen and sets things going.
  /// - Returns: The status given to ``EventLoop/stop(status:)``.
  /// - Throws: What `start` throws; the loop does not run then.
  public static func run(_ start: @TerminalActor (EventLoop) throws -> Void) throws -> Int32 {
    ct_memory_begin()
    shared.executor.adoptThread()
    let signals = ct_signals_open()
    return try assumeIsolated {
      let loop = EventLoop(executor: shared.executor, signals: signals)
      try start(loop)
      return loop.run()
    }
  }

  /// Calls a function of this actor from its thread, where the compiler cannot know that it is.
  ///
  /// Traps on every other thread.
  public static func assumeIsolated<Result>(
    _ body: @TerminalActor () throws -> Result
  ) rethrows -> Result {
    shared.executor.checkIsolated()
    // The same cast as in the standard library's MainActor.assumeIsolated: isolation is no part of a
    // function's representation, and the line above has checked it.
    return try withoutActuallyEscaping(body) { body in
      try unsafeBitCast(body, to: (() throws -> Result).self)()
    }
  }
}
