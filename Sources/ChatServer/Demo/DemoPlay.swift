public import Logging

extension Demo {
  /// Plays the visitors against a running server, over its widget routes and sockets, until the task is cancelled.
  ///
  /// What fails ends one visitor's visit and is logged at `debug`; the show goes on.
  ///
  /// - Parameters:
  ///   - stage: what `prepare` returned for this server's store.
  ///   - address: where it listens.
  public func play(_ stage: Stage, at address: ChatApplication.Address, logger: Logger) async {
    let door = WidgetDoor(server: address, assistantID: stage.assistantID)
    var crowd = VisitorCrowd(
      cast: cast.roles, residents: stage.residents, seed: .random(in: .min ... .max))
    var clients: [VisitorCrowd.VisitorID: VisitorClient] = [:]
    let (events, report) = AsyncStream.makeStream(of: VisitorCrowd.Event.self)
    let opening = ContinuousClock.now
    var alarm: (at: Duration, task: Task<Void, Never>)?
    defer { alarm?.task.cancel() }

    await withDiscardingTaskGroup { group in
      report.yield(.opened)
      for await event in events {
        for action in crowd.handle(event, at: opening.duration(to: .now)) {
          if action.action == .openDialog, let identity = crowd.identity(of: action.visitor) {
            let client = VisitorClient(identity, door: door, logger: logger) {
              report.yield(.visitor(action.visitor, $0))
            }
            clients[action.visitor] = client
            group.addTask { await client.run() }
          }
          clients[action.visitor]?.perform(action.action)
          if action.action == .goAway { clients[action.visitor] = nil }
        }
        if let next = crowd.wakesAt, next != alarm?.at {
          alarm?.task.cancel()
          let task = Task {
            // A cancelled alarm may still ring: the crowd looks at the clock, not at the alarm.
            try? await Task.sleep(until: opening + next, clock: .continuous)
            report.yield(.timer)
          }
          alarm = (next, task)
        }
      }
      group.cancelAll()
    }
  }
}
