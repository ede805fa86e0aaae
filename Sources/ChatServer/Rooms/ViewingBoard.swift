import ChatProtocol
import Synchronization

/// Which operators look at which dialog: a lock around `DialogViews`, and the operators who are told.
final class ViewingBoard: Sendable {
  private let views = Mutex(DialogViews())
  private let streams: StreamHub

  init(streams: StreamHub) {
    self.streams = streams
  }

  func viewers(of dialogID: DialogID) -> [Manager] { views.withLock { $0.viewers(of: dialogID) } }

  /// An operator's socket looks at a dialog, or at none.
  func view(_ dialogID: DialogID?, by manager: Manager, on socket: SocketID) {
    handle(.view(socket, manager, dialogID))
  }

  /// A socket is gone.
  func leave(_ socket: SocketID) { handle(.gone(socket)) }

  /// The announcements go out under the lock, which keeps those of one dialog in order.
  private func handle(_ event: DialogViews.Event) {
    views.withLock { views in
      for change in views.handle(event) {
        if let frame = try? Frame.event(.viewing(change.viewers)) {
          streams.publish(frame, about: .dialog(change.dialogID))
        }
      }
    }
  }
}
