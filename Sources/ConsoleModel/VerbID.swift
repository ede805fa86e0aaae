/// The names of the verbs.
public enum VerbID: String, Hashable, Sendable, CaseIterable {
  case moveDown = "down"
  case moveUp = "up"
  case pageDown = "page-down"
  case pageUp = "page-up"
  case moveToFirst = "first"
  case moveToLast = "last"
  case open, back
  case nextAttention = "next"
  case previousAttention = "previous"
  case previousDialog = "last-dialog"
  case filter
  case resort = "sort"
  case refresh
  case reveal

  case reply
  case takeOver = "take-over"
  case release
  case cancelRequest = "cancel-request"
  case retrySend = "retry"
  case editUnsent = "edit-unsent"
  case discardUnsent = "discard-unsent"
  case note
  case takeBack = "take-back"
  case again

  case details
  case earlier = "history"
  case monitor, dashboard
  case board
  case pin
  case slotLeft = "slot-left"
  case slotRight = "slot-right"
  case detailsDown = "details-down"
  case detailsUp = "details-up"
  case detailsPageDown = "details-page-down"
  case detailsPageUp = "details-page-up"
  case openEarlier = "open-earlier"
  case closeDetails = "close-details"
  case closeScreen = "close-screen"
  case openMonitored = "monitor-open"
  case monitorDown = "monitor-down"
  case monitorUp = "monitor-up"
  case monitorPageDown = "monitor-page-down"
  case monitorPageUp = "monitor-page-up"
  case monitorFirst = "monitor-first"
  case monitorLast = "monitor-last"
  case monitorFilter = "monitor-only"
  case requestHuman = "request"
  case transfer
  case requeue
  case forceTakeover = "force"
  case showLog = "log"

  case approveProposal = "approve"
  case editProposal = "edit-proposal"
  case rejectProposal = "reject"

  case markUnread = "unread"
  case snooze
  case setPriority = "priority"
  case label

  case nextTab = "tab-next"
  case previousTab = "tab-previous"
  case tab
  case saveTab = "tab-save"
  case dropTab = "tab-drop"

  case search
  case searchAll = "search-all"
  case olderMatch = "match-older"
  case newerMatch = "match-newer"
  case keepSearch = "search-keep"
  case dropSearch = "search-drop"
  case searchUp = "search-up"
  case searchDown = "search-down"

  case openLink = "link"
  case copyMessage = "copy"
  case copyID = "copy-id"
  case copyLink = "copy-link"
  case export

  case choose
  case closePicker = "close-picker"
  case pickDown = "pick-down"
  case pickUp = "pick-up"
  case pickPageDown = "pick-page-down"
  case pickPageUp = "pick-page-up"

  case statusOnline = "online"
  case statusAway = "away"
  case statusOffline = "offline"

  case enter
  case newline, send
  case leaveComposer = "leave"
  case switchKind = "switch-kind"
  case canned
  case macro
  case insertCanned = "insert-canned"
  case searchSent = "search-sent"
  case takeSent = "take-sent"
  case leaveSent = "leave-sent"
  case olderSent = "sent-older"
  case newerSent = "sent-newer"
  case previewDown = "preview-down"
  case previewUp = "preview-up"
  case previewPageDown = "preview-page-down"
  case previewPageUp = "preview-page-up"
  case editor
  case composeEditor = "compose-editor"
  case completeWord = "complete-word"
  case lineUp = "line-up"
  case lineDown = "line-down"
  case composePageDown = "compose-page-down"
  case composePageUp = "compose-page-up"
  case filterDown = "filter-down"
  case filterUp = "filter-up"
  case applyFilter = "apply-filter"
  case clearFilter = "clear-filter"
  case moveLeft = "left"
  case moveRight = "right"
  case moveWordLeft = "word-left"
  case moveWordRight = "word-right"
  case moveToLineStart = "line-start"
  case moveToLineEnd = "line-end"
  case deleteLeft = "delete-left"
  case deleteRight = "delete-right"
  case killToLineEnd = "kill-line-end"
  case killToLineStart = "kill-line-start"
  case killWordLeft = "kill-word"
  case yank, undo, redo

  case answerYes = "yes"
  case answerNo = "no"
  case helpDown = "help-down"
  case helpUp = "help-up"
  case helpPageDown = "help-page-down"
  case helpPageUp = "help-page-up"
  case helpFirst = "help-first"
  case helpLast = "help-last"
  case closeHelp = "close-help"

  case commandLine = "command"
  case palette
  case runCommand = "run-command"
  case completeNext = "complete"
  case completePrevious = "complete-back"
  case commandUp = "command-up"
  case commandDown = "command-down"
  case leaveCommand = "leave-command"
  case paletteRun = "palette-do"
  case paletteDown = "palette-down"
  case paletteUp = "palette-up"
  case palettePageDown = "palette-page-down"
  case palettePageUp = "palette-page-up"
  case leavePalette = "leave-palette"

  case reload, theme
  case logIn = "login"
  case submitPassword = "submit-password"
  case leavePassword = "leave-password"
  case setSetting = "set"

  case help, redraw, suspend, interrupt, quit
}
