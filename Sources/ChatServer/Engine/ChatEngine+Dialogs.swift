import ChatProtocol

/// Opening dialogs, and who has read how far.
extension ChatEngine {
  /// The visitor's open dialog, or a new one, of which the operators are told.
  ///
  /// - Throws: what `ChatStore.openDialog` throws.
  func openDialog(for visitor: Visitor, profile: VisitorProfile) async throws -> Dialog {
    let opened = try await store.openOrFindDialog(for: visitor, profile: profile, at: now())
    if opened.isNew { try announce(opened.dialog) }
    return opened.dialog
  }

  /// Tells operators of a dialog that is new, or of which a list shows something else now. A message is told as such.
  func announce(_ dialog: Dialog) throws {
    delivery.deliver(try .event(.dialogUpdated(dialog)), to: dialog.id, .operatorStreams())
  }

  /// Stores up to where somebody has read a dialog, and tells the other side; operators are told of each other, too.
  ///
  /// - Throws: `StoreError.unknownDialog`.
  func markRead(dialogID: DialogID, through messageID: MessageID, by reader: Reader) async throws -> ReadReceipt {
    try await writes.run(dialogID) {
      let receipt = try await self.store.markRead(dialogID: dialogID, through: messageID, by: reader)
      guard receipt.isNews else { return receipt }
      switch reader {
      case .visitor:
        self.delivery.deliver(
          try .event(.receipt(receipt.lastRead, dialogID: dialogID, by: .user)), to: dialogID, .operatorStreams())
      case .operator(let user):
        self.delivery.deliver(
          try .event(.receipt(receipt.lastRead, dialogID: dialogID, by: .manager, manager: user.manager)),
          to: dialogID, .operatorStreams())
        if let messageID = receipt.newsToVisitor {
          self.delivery.deliver(
            try .event(.receipt(messageID, dialogID: dialogID, by: .manager)), to: dialogID, .visitors)
        }
      }
      return receipt
    }
  }
}
