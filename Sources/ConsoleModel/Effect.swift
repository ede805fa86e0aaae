public import ChatProtocol
public import LiveLink

/// What the console asks the world to do. Whatever comes of it returns as a `ConsoleEvent`.
public enum Effect: Hashable, Sendable {
  /// Carry out what a dialog's link asks; the outcome returns as `ConsoleEvent.link` of the same dialog.
  case link(DialogID, LiveLink.Action)
  /// Carry out what the operator's stream asks; the outcome returns as `ConsoleEvent.stream`.
  case stream(OperatorStream.Action)
  /// Carry out what the outbox asks; the outcome returns as `ConsoleEvent.outbox`.
  case outbox(Outbox.Action)
  /// Read a page (from 1) of the list: answered by `dialogsLoaded` or `dialogsFailed`.
  case loadDialogs(page: Int, limit: Int)
  /// Read the queue: answered by `queueLoaded` or `queueFailed`.
  case loadQueue
  /// Read one dialog that the list did not bring: answered by `dialogLoaded`; a failure needs no answer.
  case loadDialog(DialogID)
  /// Read why a dialog came to a human: answered by `briefLoaded` or `briefFailed`.
  case loadBrief(DialogID)
  /// Do a hand-off act: answered by `handoffAnswered` or `handoffFailed` with the same act.
  case handoff(HandoffAct, DialogID)
  /// Say how the operator is: answered by `heartbeatAnswered`.
  case heartbeat(OperatorStatus)
  /// Read who the operators are and how: answered by `teamLoaded` or `teamFailed`.
  case loadTeam
  /// Read what was done to a dialog: answered by `logLoaded` or `logFailed`.
  case loadLog(DialogID)
  /// Read the proposals that wait in a dialog: answered by `proposalsLoaded`; a failure needs no answer.
  case loadProposals(DialogID)
  /// Decide on a proposal: answered by `decided` or `decisionFailed` with the same decision.
  case decide(ProposalDecision)
  /// Look for words in all messages: answered by `searchLoaded` or `searchFailed`.
  case search(String)
  /// Write a file down: answered by `exported`.
  case export(ExportFile)
  /// Show a link in a browser: answered by `linkOpened`.
  case openLink(String)
  /// Put a text on the clipboard.
  case copy(String)
  /// Keep marks, tabs and read marks on disk; then, and not if that fails, forget the requests that are in them.
  case saveDesk(DeskDocument, taken: [MarkRequest.ID] = [])
  /// Keep a draft on disk; an empty one erases it. A reply and a note to the same dialog are two drafts.
  case saveDraft(DialogID, String, kind: MessageKind = .message)
  /// Let the operator write a draft in their own editor: answered by `edited`.
  case edit(DraftKey, String)
  /// Read canned replies and macros: answered by `textsLoaded`.
  case loadTexts
  /// Read what a folder has, for completion: answered by `filesListed`.
  case listFiles(String)
  /// Keep the command lines, oldest first, instead of those kept before.
  case saveCommandHistory([String])
  /// Send `ConsoleEvent.alarm` once the monotonic clock reads `at`; replaces the alarm of that name.
  case setAlarm(Alarm, at: Duration)
  /// Forget an alarm.
  case cancelAlarm(Alarm)
  /// Read the settings' files again: answered by `configured` or `configurationFailed`.
  case loadConfiguration
  /// Draw with a theme from now on: answered by `themeChosen` or `configurationFailed`.
  case chooseTheme(String)
  /// Log in again, with a password that was typed, or with the command of the profile that brings one: answered by
  /// `signedIn` or `logInFailed`.
  case logIn(Password?)
  /// Ring the terminal's bell.
  case bell
  /// Tell the operator outside of the screen; where it rings, `bell` comes as well.
  case announce(Announcement)
  /// Set the window's title; ASCII, no stranger's text.
  case setTitle(String)
  /// Leave the terminal to the shell (SIGTSTP); `resumed` when it is ours again.
  case suspend
  /// Draw every cell anew.
  case redraw
  /// End the console.
  case quit
}

/// A hand-off act, as its HTTP route is named.
public enum HandoffAct: Hashable, Sendable {
  /// Ask for a human in the visitor's place, as a step before taking over a dialog that the AI has.
  case request(reason: String)
  /// Take the dialog.
  case takeover
  /// Take the dialog from the colleague who has it; why.
  case forceTakeover(reason: String)
  /// Pass the dialog on; what the colleague is told with it.
  case transfer(to: Manager, note: String?)
  /// Put the dialog back into the queue; why.
  case requeue(reason: String?)
  /// Give it back to the AI.
  case release
  /// Withdraw the request for a human.
  case cancel
}

/// A moment that the console waits for. Each is set only while something depends on it.
public enum Alarm: Hashable, Sendable, CaseIterable {
  /// Something on the screen changes with time: a countdown, a waiting clock, an age, a notice.
  case display
  /// The list and the queue are to be read again.
  case refresh
  /// A long list is being filtered, a part at a time.
  case filter
  /// The typing has paused: keep the drafts.
  case drafts
  /// Presence is to be renewed.
  case heartbeat
  /// What came too soon after the last announcement is to be told.
  case notices
  /// The window's title, which may not change more often.
  case title
  /// The reading has paused: keep the marks.
  case desk
  /// A dialog that was set aside is due.
  case snooze
  /// A step of a macro has had its time.
  case macro
  /// The operator hesitates after a prefix key: what may follow is to be shown.
  case keys
}
