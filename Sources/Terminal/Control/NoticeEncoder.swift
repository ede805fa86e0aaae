public import ConsoleModel

/// Announcements and titles as bytes, for what the terminal and the multiplexer are. Pure: tables test it.
///
/// All of it is fixed wording and numbers: what strangers write never gets here (kitty's CVE-2022-41322 is of this
/// kind), and ``ControlSequence`` would refuse it.
public struct NoticeEncoder: Sendable {
  /// The sequences by which terminals are told to show a desktop notice.
  public enum Channel: String, Hashable, Sendable, CaseIterable {
    /// What the terminal is thought to know.
    case automatic = "auto"
    /// None: the bell must do.
    case none
    /// iTerm2's, which most have taken over.
    case osc9
    /// urxvt's.
    case osc777
    /// kitty's.
    case osc99
  }

  private let facts: TerminalFacts
  private let channel: Channel

  /// An encoder for a terminal.
  ///
  /// - Parameter channel: what is used whatever the terminal seems to be.
  public init(facts: TerminalFacts, channel: Channel = .automatic) {
    self.facts = facts
    self.channel = channel == .automatic ? Self.channel(of: facts.family) : channel
  }

  /// What shows a desktop notice; nil on terminals that have none, where the bell must do.
  public func notice(_ announcement: Announcement) -> ControlSequence? {
    let text = "chatai: " + announcement.text
    switch channel {
    case .none, .automatic: return nil
    case .osc9: return ControlSequence(Array("\u{1B}]9;\(text)\u{07}".utf8))
    case .osc777: return ControlSequence(Array("\u{1B}]777;notify;chatai;\(announcement.text)\u{1B}\\".utf8))
    case .osc99:
      // The id lets a newer notice of the same dialog take the older one's place.
      let id = "chatai-\(announcement.dialogID)"
      let urgency = announcement.kind >= .waiting ? 2 : 1
      return ControlSequence(Array("\u{1B}]99;i=\(id):u=\(urgency):o=unfocused;\(text)\u{1B}\\".utf8))
    }
  }

  /// What sets the window's title; nil where there is none.
  public func title(_ text: String) -> ControlSequence? {
    guard facts.hasTitle else { return nil }
    return ControlSequence(Array("\u{1B}]2;\(text)\u{07}".utf8))
  }

  private static func channel(of family: TerminalFacts.Family) -> Channel {
    switch family {
    case .plain: .none
    case .kitty: .osc99
    case .foot, .vte, .rxvt: .osc777
    // What calls itself xterm may be anything, above all over SSH and behind a multiplexer: most that have notices
    // know this one, and the others ignore it.
    case .ghostty, .wezterm, .iterm, .konsole, .xterm: .osc9
    }
  }
}
