import ChatProtocol

/// Which operators look at which dialog, as a pure state machine. A socket looks at one dialog at a time; an operator
/// with several sockets on a dialog is there once.
struct DialogViews: Sendable {
  enum Event: Hashable, Sendable {
    /// An operator's socket looks at a dialog, or at none.
    case view(SocketID, Manager, DialogID?)
    /// It is gone, whether or not it looked at anything.
    case gone(SocketID)
  }

  /// A dialog that others look at now, or nobody any more.
  struct Change: Hashable, Sendable {
    let dialogID: DialogID
    let viewers: [Manager]
  }

  private var places: [SocketID: (manager: Manager, dialogID: DialogID)] = [:]
  private var sockets: [DialogID: Set<SocketID>] = [:]

  /// Who looks at a dialog, in the order of their ids.
  func viewers(of dialogID: DialogID) -> [Manager] {
    let managers = (sockets[dialogID] ?? []).compactMap { places[$0]?.manager }
    return Dictionary(managers.map { ($0.id, $0) }) { first, _ in first }.values.sorted { $0.id < $1.id }
  }

  /// Takes one event and says which dialogs' viewers are others now.
  mutating func handle(_ event: Event) -> [Change] {
    let (socket, place): (SocketID, (manager: Manager, dialogID: DialogID)?) =
      switch event {
      case .view(let socket, let manager, let dialogID): (socket, dialogID.map { (manager, $0) })
      case .gone(let socket): (socket, nil)
      }
    let touched = Set([places[socket]?.dialogID, place?.dialogID].compactMap(\.self)).sorted()
    let before = touched.map { viewers(of: $0) }
    if let old = places.removeValue(forKey: socket)?.dialogID {
      sockets[old]?.remove(socket)
      if sockets[old]?.isEmpty == true { sockets[old] = nil }
    }
    if let place {
      places[socket] = place
      sockets[place.dialogID, default: []].insert(socket)
    }
    return zip(touched, before).compactMap { dialogID, before in
      let after = viewers(of: dialogID)
      return before == after ? nil : Change(dialogID: dialogID, viewers: after)
    }
  }
}
