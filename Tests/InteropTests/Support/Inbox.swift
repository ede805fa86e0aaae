/// What comes from one side, in order, to be awaited, but never for ever.
final class Inbox<Element: Sendable>: Sendable {
  /// Far more than a busy machine needs.
  private static var patience: Duration { .seconds(60) }

  private let stream: AsyncStream<Element>
  private let continuation: AsyncStream<Element>.Continuation

  init() { (stream, continuation) = AsyncStream.makeStream(of: Element.self) }

  func add(_ element: Element) { continuation.yield(element) }

  func finish() { continuation.finish() }

  /// The next; nil when nothing has come in time, or nothing more will.
  func next() async -> Element? {
    await withTaskGroup(of: Element?.self) { group in
      group.addTask { [stream] in await stream.first { _ in true } }
      group.addTask {
        try? await Task.sleep(for: Inbox.patience)
        return nil
      }
      defer { group.cancelAll() }
      return await group.next() ?? nil
    }
  }
}

/// What a test says when the other side did not do what it must.
struct InteropFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
