import ChatProtocol
import ConsoleModel
import Transport

extension HandoffAct {
  /// The route that does it.
  var verb: ChatAPI.HandoffVerb {
    switch self {
    case .request(let reason): .request(reason: reason)
    case .takeover: .takeover
    case .forceTakeover(let reason): .forceTakeover(reason: reason)
    case .transfer(let manager, let note): .transfer(to: manager.id, note: note)
    case .requeue(let reason): .requeue(reason: reason)
    case .release: .release
    case .cancel: .cancel
    }
  }
}
