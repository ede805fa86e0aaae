public import ChatProtocol

extension Message {
  /// The text to show (still raw: the screen sanitises it). Some part-1 servers HTML-escape what operators write.
  public func visibleText(on capabilities: Capabilities) -> String {
    sender == .manager && capabilities.mayEscapeOperatorText ? text.decodingHTMLEntities : text
  }
}
