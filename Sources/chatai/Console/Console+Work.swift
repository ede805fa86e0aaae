import ChatProtocol
import ConsoleModel
import LiveLink
import Transport

/// Effects of working on dialogs: the team, logs, proposals, marks.
extension Console {
  func performWork(_ effect: Effect) {
    let inbox = inbox
    switch effect {
    case .loadLog(let id):
      services.call("GET handoff log") { api throws(APIFailure) in
        try await api.handoffLog(of: id)
      } then: { result in
        switch result {
        case .success(let log): inbox.post(.logLoaded(id, log))
        case .failure(let failure): inbox.post(.logFailed(id, failure))
        }
      }
    case .loadProposals(let id):
      services.call("GET proposals") { api throws(APIFailure) in
        try await api.proposals(in: id)
      } then: { result in
        if case .success(let proposals) = result { inbox.post(.proposalsLoaded(id, proposals)) }
      }
    case .decide(let decision): decide(decision)
    case .search(let text):
      services.call("GET search") { api throws(APIFailure) in
        try await api.search(text, limit: 50)
      } then: { result in
        switch result {
        case .success(let answer): inbox.post(.searchLoaded(text, answer))
        case .failure(let failure): inbox.post(.searchFailed(text, failure))
        }
      }
    case .export(let file):
      services.disk.run { inbox.post(.exported(file.write())) }
    case .copy(let text): copy(text)
    case .openLink(let address):
      guard let browser = Browser(opener: state.settings.linkOpener, environment: chatai.environment) else {
        copy(address)
        return handle(.linkOpened(address, .copied))
      }
      services.disk.run {
        do {
          try browser.open(address)
          inbox.post(.linkOpened(address, .opened))
        } catch {
          inbox.post(.linkOpened(address, .failed("\(error)")))
        }
      }
    case .saveDesk(let document, let taken):
      let (desk, requests, logger) = (services.desk, services.markRequests, services.logger)
      services.disk.run { if desk.save(document) { requests.erase(taken, logger: logger) } }
    default: break
    }
  }

  /// Reads the marks that commands without a screen have asked for.
  func loadMarkRequests() {
    let (inbox, requests, logger) = (inbox, services.markRequests, services.logger)
    services.disk.run {
      let found = requests.load(logger: logger)
      if !found.isEmpty { inbox.post(.marksRequested(found)) }
    }
  }

  private func copy(_ text: String) {
    face.copy(text)
  }

  private func decide(_ decision: ProposalDecision) {
    let inbox = inbox
    services.call("POST proposal") { api throws(APIFailure) -> Message? in
      switch decision.verdict {
      case .approve(let text):
        return try await api.approve(decision.proposalID, in: decision.dialogID, text: text).message
      case .reject(let reason):
        try await api.reject(decision.proposalID, in: decision.dialogID, reason: reason)
        return nil
      }
    } then: { result in
      switch result {
      case .success(let message): inbox.post(.decided(decision, message))
      case .failure(let failure): inbox.post(.decisionFailed(decision, failure))
      }
    }
  }
}
