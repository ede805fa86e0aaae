import ChatProtocol

/// Canned replies: chosen from a list while a text is typed, put where the cursor is, and never sent by themselves.
extension ConsoleState {
  /// The files have been read.
  mutating func take(_ library: TextLibrary) {
    let isNews = library.problems != texts.problems
    texts = library
    guard isNews, let first = library.problems.first else { return }
    let more = library.problems.count > 1 ? " (and \(library.problems.count - 1) more: chatai canned list)" : ""
    say(.warning, "\(first)\(more)", for: .seconds(30))
  }

  /// `/` in the composer: at the start of a line it opens the canned replies, anywhere else it is the character. In
  /// the place of a canned reply it is what the operator fills in.
  mutating func typeSlash() {
    guard let composer = openComposer, composer.selection == nil, composer.isAtLineStart else {
      return editComposer { $0.type("/") }
    }
    openCanned()
    guard picker == nil else { return }
    editComposer { $0.type("/") }
  }

  /// Opens the canned replies over the composer; they are read anew, so that a file just written is among them.
  mutating func openCanned() {
    guard let id = conversation?.dialogID else { return }
    emit(.loadTexts)
    guard !texts.canned.isEmpty else {
      let folder = texts.folder.map { " in \($0)" } ?? ""
      return say(.info, "There are no canned replies: they are text files\(folder), see chatai canned --help")
    }
    pick(.canned(id))
  }

  /// `:canned`, with or without a name, in the dialog in hand. Nobody is asked whose dialog it is: nothing is sent yet.
  mutating func startCanned(_ name: String?) {
    guard let id = target else { return }
    let kind = isComposing ? openKind : .message
    guard let name else {
      open(id)
      compose(in: id, kind)
      return openCanned()
    }
    guard let reply = texts.reply(named: name) else {
      let hint = name.suggestion(among: texts.canned.map(\.name))
      return say(.warning, "No canned reply is called \"\(name)\"\(hint)")
    }
    open(id)
    compose(in: id, kind)
    insert(reply, in: id)
  }

  /// Puts a canned reply where the composer's cursor is.
  mutating func insert(_ reply: CannedReply, in id: DialogID) {
    guard isComposing, conversation?.dialogID == id else { return }
    let text = filled(reply.text.source, in: id)
    editComposer { $0.insertTemplate(text) }
  }

  /// What was typed into the list, the slash before it included, is text after all.
  mutating func keepSlashAsText() {
    guard let typed = picker?.input.text else { return }
    picker = nil
    editComposer { $0.paste("/" + typed) }
  }

  /// The replies that have every word that was typed, the best first.
  func cannedItems(typed: String) -> [Picker.Item] {
    texts.canned.found(by: typed).map { reply in
      Picker.Item(.canned(reply.name), reply.title, reply.isShared ? "\(reply.name) (team)" : reply.name)
    }
  }

  /// The text of the line under the picker's cursor, as it would be put in; nil for a picker of other things.
  public var pickerPreview: String? {
    guard let picker else { return nil }
    let items = pickerItems
    let index = min(picker.selection, items.count - 1)
    guard items.indices.contains(index) else { return nil }
    switch (picker.purpose, items[index].choice) {
    case (.canned(let id), .canned(let name)):
      return texts.reply(named: name).map { filled($0.text.source, in: id) }
    case (.macro(let id), .macro(let name)):
      return texts.macro(named: name).map { macroPreview($0, in: id) }
    default: return nil
    }
  }
}
