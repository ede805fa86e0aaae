import ChatProtocol
import LiveLink

/// The open dialog: opening, scrolling, what has been seen.
extension ConsoleState {
  /// Opens a dialog and gives its pane the keys.
  mutating func open(_ id: DialogID) {
    if conversation?.dialogID != id {
      leaveComposer()
      let before = conversation?.dialogID
      if let before {
        engine.previousDialog = before
        if !board.slots.contains(before) {
          feed(.pollsWhileDown(false), toLinkOf: before)
          feed(.forgetOlder, toLinkOf: before)
        }
      }
      if let conversation { rest(conversation) }
      // On the board a conversation is found where it was left; elsewhere it opens at its end.
      let left = showsBoard ? board.resting[id] : nil
      board.resting[id] = nil
      conversation = left ?? Conversation(dialogID: id)
      search = nil
      engine.seek = nil
      placeDivider()
      updateWatchedLinks()
      feed(.pollsWhileDown(true), toLinkOf: id)
      loadProposals(in: id)
    }
    screen = .desk
    details = nil
    mark(.looked(id))
    focus = .conversation
    list.thaw()
    list.select(id)
    loadBrief(of: id)
  }

  /// Whether a frame showed something else than what is known: also where a key has asked for what is past an end and
  /// the frame is the same as the one before, or the way back would have to be gone twice.
  public func isNews(_ viewport: Viewport) -> Bool {
    guard viewport == engine.viewport else { return true }
    if let top = viewport.helpTop, let help, help.top != top { return true }
    if let top = viewport.previewTop, let prompt, prompt.previewTop != top { return true }
    if let top = viewport.detailsTop, let details, details.top != top { return true }
    if viewport.resting.contains(where: { id, view in board.resting[id].map { $0.scroll != view.scroll } ?? false }) {
      return true
    }
    guard viewport.messageLines > 0, let conversation else { return false }
    return conversation.scroll != viewport.scroll
  }

  /// Takes over what the screen found about the room it has and where the scroll came to rest.
  mutating func adopt(_ viewport: Viewport) {
    engine.viewport = viewport
    if let id = conversation?.dialogID, let newest = viewport.newestShown {
      engine.shown.frameShowed(newest, of: id, at: clock.monotonic)
    }
    if help != nil, let top = viewport.helpTop { help?.top = top }
    if let top = viewport.previewTop { prompt?.previewTop = top }
    if details != nil, let top = viewport.detailsTop { details?.top = top }
    if let line = viewport.lastLogLine { monitor.lastShown = line }
    adoptResting(viewport.resting)
    guard viewport.messageLines > 0, conversation != nil else { return }
    conversation?.scroll = viewport.scroll
    sawTop(viewport)
  }

  // MARK: Scrolling

  /// Scrolls the messages by lines; down past the last line sticks to the end.
  mutating func scroll(up lines: Int) {
    stopSeekingBeginning()
    if lines > 0 { retryOlder() }
    let last = openLink?.timeline.lastID
    if let scroll = conversation?.scroll { conversation?.scroll = scroll.moved(up: lines, last: last) }
  }

  /// Scrolls the messages to an end.
  mutating func scroll(to position: ScrollPosition) {
    conversation?.scroll = position
    stopSeekingBeginning()
    if position == .top, let id = conversation?.dialogID { seekOlder(.beginning, in: id) }
  }

  // MARK: Seen and unread

  /// Whether what comes in at the end of a dialog is before the operator's eyes.
  func isInView(_ id: DialogID) -> Bool {
    hasTerminalFocus && screen == .desk && showsConversation && conversation?.dialogID == id && help == nil
  }

  /// Moves the read mark of the open dialog along, and counts what came in below the pane.
  mutating func markWhatIsSeen() {
    guard let conversation, let link = links[conversation.dialogID] else { return }
    let id = conversation.dialogID
    guard conversation.scroll == .bottom, isInView(id) else {
      let below = link.timeline.messages(after: conversation.seenThrough).count
      self.conversation?.newBelow = conversation.scroll == .bottom ? 0 : below
      return
    }
    self.conversation?.newBelow = 0
    self.conversation?.seenThrough = link.timeline.lastID
    let listed = list.entries[id]?.dialog.lastMessageAt
    let seen = ReadMark(
      through: link.timeline.lastID ?? engine.readMarks[id]?.through,
      at: [engine.readMarks[id]?.at, link.timeline.last?.timestamp, listed].compactMap(\.self).max())
    guard seen != engine.readMarks[id] || list.entries[id]?.unread.count != 0 || list.entries[id]?.mentions != 0
    else { return }
    let before = engine.readMarks.updateValue(seen, forKey: id)
    noteDesk()
    if let through = seen.through, through != before?.through, through > list.entries[id]?.dialog.lastRead ?? .min {
      tellRead(through, in: id)
    }
    list.update(id) { entry in
      entry.unread = Unread()
      entry.mentions = 0
      entry.mentionedSince = nil
    }
  }

  /// Puts the divider above the first message of the visitor that has not been read.
  ///
  /// It stays where it is while the dialog is open and before the operator's eyes, so that it can be read from.
  mutating func placeDivider() {
    guard let conversation, conversation.firstUnread == nil, let link = links[conversation.dialogID] else { return }
    let mark = engine.readMarks[conversation.dialogID]
    guard let through = mark?.through else { return }
    self.conversation?.firstUnread = link.timeline.messages(after: through).first { $0.sender == .user }?.id
  }

  /// Counts messages that are new in a dialog's timeline: by themselves where that is enough, so that a flood costs
  /// the same for each message however many are unread.
  mutating func countUnread(_ messages: [Message], in id: DialogID) {
    guard let unread = list.entries[id]?.unread, !unread.isAtLeast, let read = engine.readMarks[id]?.through,
      conversation?.dialogID != id
    else { return recountUnread(id) }
    let fresh = messages.filter { $0.sender == .user && $0.id > read }
    guard let first = fresh.first else { return }
    list.update(id) { entry in
      entry.unread.count += fresh.count
      entry.unread.since = [entry.unread.since, first.timestamp].compactMap(\.self).min()
    }
  }

  /// Counts what the operator has not seen of a dialog.
  mutating func recountUnread(_ id: DialogID) {
    guard let entry = list.entries[id], !(isInView(id) && conversation?.scroll == .bottom) else { return }
    var unread = Unread()
    let timeline = links[id]?.timeline
    if let timeline, let last = timeline.last {
      var mark = engine.readMarks[id] ?? ReadMark(through: last.id, at: last.timestamp)
      if mark.through == nil {
        // Until now only the list's time of the last message was known: what is surely newer has not been read.
        let fresh = timeline.firstIndex { message in
          if let at = message.timestamp, let read = mark.at { at > read } else { false }
        }
        mark.through = fresh.map { timeline[$0].id - 1 } ?? last.id
      }
      engine.readMarks[id] = mark
      let fresh = timeline.messages(after: mark.through).filter { $0.sender == .user }
      unread.count = fresh.count
      unread.since = fresh.first?.timestamp
    }
    // The list knows of something newer than what was read and than what the link has brought.
    let known = [engine.readMarks[id]?.at, timeline?.last?.timestamp].compactMap(\.self).max()
    if let listed = entry.dialog.lastMessageAt, known.map({ listed > $0 }) ?? true {
      unread.count = max(1, unread.count)
      unread.isAtLeast = true
      unread.since = unread.since ?? listed
    }
    list.update(id) { $0.unread = unread }
  }
}
