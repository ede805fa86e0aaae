public import NIOCore
public import NIOPosix
import WebSocket

extension WebSocketClient {
  /// Opens a connection and waits until it is open.
  ///
  /// Reading stops while more than `receiveMarks.high` has come that nobody has received; if the request names none,
  /// 64 and 256 KiB are taken.
  ///
  /// - Throws: `HTTPRefusal` when the server answers otherwise than with 101, with status, headers and body;
  ///   `WebSocketClientError` when it does not answer or answers wrongly; `CancellationError` when the task is
  ///   cancelled, whatever it was doing: nothing of it is left behind.
  public static func open(
    _ request: Request, on group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
  ) async throws -> WebSocketSession {
    try Task.checkCancellation()
    var request = request
    request.configuration.receiveMarks =
      request.configuration.receiveMarks ?? WaterMarks(low: 64 << 10, high: 256 << 10)
    let eventLoop = group.next()
    let opened = eventLoop.makePromise(of: String?.self)
    let handle = makeHandle(request, on: eventLoop)
    let core = NIOLoopBoundBox.makeBoxSendingValue(SessionCore(handle, opened: opened), eventLoop: eventLoop)
    handle.start { core.value.receive($0) }
    do {
      let subprotocol = try await withTaskCancellationHandler {
        try await opened.futureResult.get()
      } onCancel: {
        handle.abort()
      }
      try Task.checkCancellation()
      return WebSocketSession(handle, core: core, subprotocol: subprotocol)
    } catch {
      handle.abort()
      if Task.isCancelled { throw CancellationError() }
      throw error
    }
  }
}
