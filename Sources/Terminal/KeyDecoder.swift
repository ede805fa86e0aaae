public import ConsoleModel

/// Turns the terminal's bytes into keys.
///
/// Sequences are parted by ECMA-48's grammar, whether known or not, so that an unknown key never spills its
/// bytes into the text; what they mean comes from terminfo first and from the common set of xterm, linux and
/// rxvt second. It reads bytes rather than ncurses' `get_wch` because that waits inside for the rest of an
/// escape sequence, loses text around bad UTF-8, and takes a paste apart into keys.
public struct KeyDecoder: Sendable {
  /// What happens to the decoder.
  public enum Event: Sendable {
    /// Bytes came, as many as one read gave.
    case bytes([UInt8])
    /// Nothing came for the escape delay.
    case silence
  }

  /// Pastes are cut off at this many bytes.
  public static let maximumPaste = 1 << 20

  private enum State {
    case ground
    case escape
    /// After ESC [, with the sequence from ESC on.
    case control([UInt8])
    /// After ESC O.
    case single
    /// A string of the terminal (an answer we did not ask for), up to its terminator.
    case string(introducer: UInt8, content: [UInt8], escape: Bool)
    case paste
    /// In a mouse report of the old kind, with so many bytes to come that may be anything.
    case oldMouse(left: Int)
  }

  private static let maximumSequence = 64
  /// More of an answer is not kept, only swallowed.
  private static let maximumString = 128
  private static let pasteEnd = Array("\u{1B}[201~".utf8)

  private let meanings: KeyMeanings
  private var state = State.ground
  private var keys: [Key] = []
  private var answers: [TerminalAnswer] = []
  /// Printable text that is still to be parted into characters.
  private var text = ""
  /// The bytes of an unfinished UTF-8 character.
  private var partial: [UInt8] = []
  /// The next printable character has Alt.
  private var isAlt = false
  private var pasted: [UInt8] = []
  private var matchedEnd = 0

  /// Whether the terminal was asked for reports of the mouse. What it sends of them without is swallowed.
  public var readsMouse = false

  /// - Parameter terminal: What terminfo says: the bytes of keys that this terminal sends in its own way.
  public init(terminal: [[UInt8]: Key] = [:]) { meanings = KeyMeanings(terminal: terminal) }

  /// Whether what came so far may be a whole key or the start of a longer one: then
  /// ``Event/silence`` is wanted after the escape delay.
  public var isAmbiguous: Bool {
    switch state {
    case .ground: !partial.isEmpty
    case .paste: false
    default: true
    }
  }

  /// Whether the terminal's answer to a question has begun: its rest may take as long as the line does.
  var isInsideAnswer: Bool { if case .string(_, let content, _) = state { !content.isEmpty } else { false } }

  /// Takes an event in, and returns the keys it completes.
  public mutating func handle(_ event: Event) -> [Key] {
    switch event {
    case .bytes(let bytes): for byte in bytes { add(byte) }
    case .silence: settle()
    }
    flushText()
    defer { keys.removeAll() }
    return keys
  }

  /// The answers of the terminal that have been read since the last call.
  mutating func takeAnswers() -> [TerminalAnswer] {
    defer { answers.removeAll() }
    return answers
  }

  // MARK: Bytes

  private mutating func add(_ byte: UInt8) {
    switch state {
    case .ground: addPlain(byte)
    case .escape: addAfterEscape(byte)
    case .control(let sequence): addControl(sequence, byte)
    case .single: addSingle(byte)
    case .string: addString(byte)
    case .paste: addPaste(byte)
    case .oldMouse(let left): state = left > 1 ? .oldMouse(left: left - 1) : .ground
    }
  }

  private mutating func addPlain(_ byte: UInt8) {
    if byte >= 0x80 {
      addUTF8(byte)
      return
    }
    endPartial()
    switch byte {
    case 0x1B:
      flushText()
      state = .escape
    case 0x20..<0x7F: addText(Unicode.Scalar(byte))
    default: emit(KeyMeanings.control(byte))
    }
  }

  private mutating func addAfterEscape(_ byte: UInt8) {
    state = .ground
    switch byte {
    case 0x1B:
      emit(.escape)
      state = .escape
    case UInt8(ascii: "["): state = .control([0x1B, byte])
    case UInt8(ascii: "O"): state = .single
    case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "_"), UInt8(ascii: "^"), UInt8(ascii: "X"):
      state = .string(introducer: byte, content: [], escape: false)
    case 0..<0x20, 0x7F: emit(.alt(Character(Unicode.Scalar(byte))))
    default:
      isAlt = true
      addPlain(byte)
    }
  }

  private mutating func addControl(_ sequence: [UInt8], _ byte: UInt8) {
    guard byte != 0x1B, sequence.count < Self.maximumSequence else {
      emit(.unknown)
      state = byte == 0x1B ? .escape : .ground
      return
    }
    let sequence = sequence + [byte]
    // The linux console's F1 to F5 are ESC [ [ and a letter.
    let isLinuxFunction = sequence.count == 3 && byte == UInt8(ascii: "[")
    guard 0x40...0x7E ~= byte, !isLinuxFunction else {
      state = .control(sequence)
      return
    }
    state = .ground
    if sequence == Array("\u{1B}[200~".utf8) {
      state = .paste
    } else if let answer = TerminalAnswer(control: sequence) {
      answers.append(answer)
    } else if readsMouse, let report = MouseReport(control: sequence) {
      emit(.mouse(report))
    } else if readsMouse, sequence == Array("\u{1B}[M".utf8) {
      // From a terminal that does not know mode 1006: button, column and row, a byte each. They must not become text.
      emit(.unknown)
      state = .oldMouse(left: 3)
    } else {
      emit(meanings.key(of: sequence))
    }
  }

  private mutating func addSingle(_ byte: UInt8) {
    state = .ground
    emit(meanings.key(of: [0x1B, UInt8(ascii: "O"), byte]))
  }

  private mutating func addString(_ byte: UInt8) {
    guard case .string(let introducer, var content, let escape) = state else { return }
    switch byte {
    case 0x07: endString(introducer, content)
    case UInt8(ascii: "\\") where escape: endString(introducer, content)
    case 0..<0x20 where byte != 0x1B, 0x7F:
      // No answer has controls: the terminator was lost, and this is a key again.
      state = .ground
      addPlain(byte)
    default:
      if content.count < Self.maximumString, byte != 0x1B { content.append(byte) }
      state = .string(introducer: introducer, content: content, escape: byte == 0x1B)
    }
  }

  private mutating func endString(_ introducer: UInt8, _ content: [UInt8]) {
    state = .ground
    if introducer == UInt8(ascii: "]"), let answer = TerminalAnswer(command: content) { answers.append(answer) }
  }

  /// The escape delay is over: what began as a sequence is what it is.
  private mutating func settle() {
    endPartial()
    switch state {
    case .ground, .paste: return
    case .oldMouse: break
    case .escape: emit(.escape)
    case .control(let sequence): emit(sequence.count == 2 ? .alt("[") : .unknown)
    case .single: emit(.alt("O"))
    case .string(let introducer, let content, _):
      if content.isEmpty { emit(.alt(Character(Unicode.Scalar(introducer)))) }
    }
    state = .ground
  }

  // MARK: Text

  private mutating func addUTF8(_ byte: UInt8) {
    if byte & 0xC0 != 0x80 { endPartial() }
    partial.append(byte)
    let length = partial[0] >= 0xF0 ? 4 : partial[0] >= 0xE0 ? 3 : 2
    guard partial.count == length || partial[0] & 0xC0 == 0x80 else { return }
    let character = String(decoding: partial, as: UTF8.self)
    partial.removeAll()
    let scalars = character.unicodeScalars
    guard let scalar = scalars.first, scalars.count == 1, scalar != "\u{FFFD}", scalar.value >= 0xA0 else {
      isAlt = false
      emit(.unknown)
      return
    }
    addText(scalar)
  }

  /// Gives up on an unfinished UTF-8 character.
  private mutating func endPartial() {
    guard !partial.isEmpty else { return }
    partial.removeAll()
    isAlt = false
    emit(.unknown)
  }

  private mutating func addText(_ scalar: Unicode.Scalar) {
    if isAlt {
      isAlt = false
      emit(.alt(Character(scalar)))
    } else {
      text.unicodeScalars.append(scalar)
    }
  }

  private mutating func flushText() {
    guard !text.isEmpty else { return }
    keys += text.map { .character($0) }
    text = ""
  }

  private mutating func emit(_ key: Key) {
    flushText()
    keys.append(key)
  }

  // MARK: Paste

  private mutating func addPaste(_ byte: UInt8) {
    if byte == Self.pasteEnd[matchedEnd] {
      matchedEnd += 1
      if matchedEnd == Self.pasteEnd.count { endPaste() }
      return
    }
    // ESC begins the terminator and occurs nowhere else in it, so a failed match starts over with this byte.
    let hasRoom = pasted.count < Self.maximumPaste
    if hasRoom { pasted += Self.pasteEnd[..<matchedEnd] }
    matchedEnd = byte == Self.pasteEnd[0] ? 1 : 0
    if hasRoom, matchedEnd == 0 { pasted.append(byte) }
  }

  private mutating func endPaste() {
    var clean = String.UnicodeScalarView()
    var previous: Unicode.Scalar = " "
    for scalar in String(decoding: pasted.prefix(Self.maximumPaste), as: UTF8.self).unicodeScalars {
      switch scalar {
      case "\r": clean.append("\n")
      case "\n" where previous == "\r": break
      case "\n", "\t": clean.append(scalar)
      case "\0"..<" ", "\u{7F}"..<"\u{A0}": break  // ESC and its like are nobody's text
      default: clean.append(scalar)
      }
      previous = scalar
    }
    emit(.paste(String(clean)))
    pasted = []
    matchedEnd = 0
    state = .ground
  }
}
