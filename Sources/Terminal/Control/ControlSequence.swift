/// Bytes for the terminal that are no text: the only ones that go out beside the frames.
///
/// A value of this type is one of a few harmless sequences, whoever put its bytes together: a title, a notice, a write
/// into the clipboard; never a question, never a mode, and no control character inside. What strangers write cannot
/// be in it, except behind base64 in a clipboard that the operator asked for.
public struct ControlSequence: Hashable, Sendable {
  /// What it is for.
  enum Kind: Hashable, Sendable {
    case bell, title, notice, clipboard
  }

  let kind: Kind
  private let bytes: [UInt8]

  /// The longest clipboard text in base64: the bound that xterm and tmux set.
  public static let maximumClipboard = 74_994
  /// The longest text of a title or a notice.
  static let maximumText = 200

  private init(_ kind: Kind, _ bytes: [UInt8]) {
    self.kind = kind
    self.bytes = bytes
  }

  /// Rings the bell.
  public static let bell = ControlSequence(.bell, [0x07])

  /// Checks bytes that were put together elsewhere; nil for anything but the sequences named above.
  public init?(_ bytes: [UInt8]) {
    guard let kind = Self.kind(of: bytes) else { return nil }
    self.init(kind, bytes)
  }

  /// What goes out for it on a terminal: where a multiplexer stands in between, in the envelope that it passes on.
  func bytes(on facts: TerminalFacts) -> [UInt8] {
    switch kind {
    // The multiplexer's own business, as it is: it has a title for each window and tells of bells itself.
    case .bell, .title: bytes
    // tmux takes it for its own buffers or passes it on, by two settings of which either may be off.
    case .clipboard: facts.multiplexer == .none ? bytes : bytes + passed(through: facts.multiplexer)
    case .notice: passed(through: facts.multiplexer)
    }
  }

  private func passed(through multiplexer: TerminalFacts.Multiplexer) -> [UInt8] {
    switch multiplexer {
    case .none: return bytes
    case .tmux:
      return Array("\u{1B}Ptmux;".utf8) + bytes.flatMap { $0 == 0x1B ? [0x1B, 0x1B] : [$0] } + Self.stringEnd
    case .screen:
      // It ends at the first ESC \, and takes 768 bytes at most: a longer one goes in pieces.
      let plain = bytes.suffix(2).elementsEqual(Self.stringEnd) ? bytes.dropLast(2) + [0x07] : bytes[...]
      return stride(from: plain.startIndex, to: plain.endIndex, by: 700).flatMap { start in
        Array("\u{1B}P".utf8) + plain[start..<min(start + 700, plain.endIndex)] + Self.stringEnd
      }
    }
  }

  private static let stringEnd = Array("\u{1B}\\".utf8)

  // MARK: The allow-list

  private static func kind(of bytes: [UInt8]) -> Kind? {
    if bytes == [0x07] { return .bell }
    guard bytes.starts(with: [0x1B, UInt8(ascii: "]")]) else { return nil }
    var content = bytes.dropFirst(2)
    if content.last == 0x07 {
      content.removeLast()
    } else if content.suffix(2).elementsEqual(stringEnd) {
      content.removeLast(2)
    } else {
      return nil
    }
    guard let semicolon = content.firstIndex(of: UInt8(ascii: ";")) else { return nil }
    let text = content[(semicolon + 1)...]
    switch String(decoding: content[..<semicolon], as: UTF8.self) {
    case "52": return isClipboardWrite(text) ? .clipboard : nil
    case "2": return isPlainText(text) ? .title : nil
    case "9", "99", "777": return isPlainText(text) ? .notice : nil
    default: return nil
    }
  }

  private static func isPlainText(_ text: ArraySlice<UInt8>) -> Bool {
    text.count <= maximumText && text.allSatisfy { 0x20..<0x7F ~= $0 }
  }

  /// `c;` or `p;` or both and base64; `?` would be a question.
  private static func isClipboardWrite(_ text: ArraySlice<UInt8>) -> Bool {
    guard let semicolon = text.firstIndex(of: UInt8(ascii: ";")), text.count <= maximumClipboard + 8 else {
      return false
    }
    let selections = text[..<semicolon]
    guard selections.allSatisfy({ $0 == UInt8(ascii: "c") || $0 == UInt8(ascii: "p") || $0 == UInt8(ascii: "s") })
    else { return false }
    return text[(semicolon + 1)...].allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="):
        true
      default: false
      }
    }
  }
}
