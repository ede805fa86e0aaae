/// A play for the console: what the server does, what the operator types, what the screen must show then.
///
/// The same one runs headless on the canvas and, where it says `tmux`, with the real program in a real terminal.
/// `Tests/Scenarios/README.md` describes the language.
struct Scenario: Sendable {
  /// Where it is written: the file's name without its ending.
  var file: String
  /// What it shows: the line after `==`.
  var title: String
  /// Whether it is also played with the real program in a real terminal.
  var runsInTerminal = false
  /// Whether the screen must not change its size between its steps, because what is shown is what it is about.
  var isStill = false
  /// Whether the settings have the mouse read; not in a real terminal.
  var hasMouse = false
  /// Columns and rows at the start.
  var size = (columns: 80, rows: 24)
  /// What the server offers beside part 1; nil for a server that has part 1 alone.
  var features: [String]?
  /// Canned replies (`canned`) and macros (`macro`) that lie in the operator's folders.
  var texts: [(kind: String, name: String, text: String)] = []
  /// The dialogs that there are when the console starts.
  var dialogs: [Scene] = []
  /// What happens, with the number of its line in the file.
  var steps: [(line: Int, step: Step)] = []

  /// A dialog as it is when the console starts.
  struct Scene: Sendable {
    /// Its id.
    var id: Int
    /// Who has it.
    var holder: Holder
    /// How old its last message is, and how long it has waited if it waits.
    var minutes: Int
    /// The visitor's name, if it is known.
    var name: String?
    /// The visitor's guest id.
    var guest: String?
    /// Why a human was asked for.
    var reason: String?
    /// What was said before, oldest first; the last line of `dialog` is the last.
    var messages: [(sender: String, minutes: Int, text: String)] = []
  }

  /// Who has a dialog when the console starts.
  enum Holder: Sendable, Equatable {
    case ai, waiting, mine
    /// Another operator, by name.
    case other(String)
  }

  /// Something that happens, or that must be true.
  enum Step: Sendable {
    // MARK: The operator
    /// Keys in the notation of ``KeyToken``.
    case keys([KeyToken])
    /// Text typed as it is, key by key.
    case type(String)
    /// A bracketed paste.
    case paste(String)
    case resize(columns: Int, rows: Int)
    /// A click on a text that is on the screen, or in a row; not in a real terminal.
    case click(String, row: Int?)
    /// So many notches of the wheel over a text, negative ones upwards; not in a real terminal.
    case wheel(Int, over: String)
    /// The terminal's window gets or loses the focus; not in a real terminal.
    case focus(Bool)

    // MARK: The server
    /// Somebody writes: `user`, `assistant`, `manager`, `system`; told over the socket or only stored.
    case say(dialog: Int, sender: String, text: String, isTold: Bool)
    /// A text frame as it is.
    case frame(dialog: Int, text: String)
    /// A hand-off's new state (by its name on the wire), and who did it.
    case handoff(dialog: Int, state: String, manager: String?, isTold: Bool)
    /// A dialog that begins now.
    case begin(Scene)
    /// The server dies, and returns.
    case power(Bool)
    /// The answers to POSTs get lost from now on, or not; not in a real terminal.
    case losesAnswers(Bool)
    /// Time passes. In a real terminal it passes by itself.
    case wait(seconds: Int)

    // MARK: What must be true
    /// A text is on the screen; in a row, counted from 1, or from the bottom by negative numbers.
    case see(String, row: Int?)
    /// A text is not on the screen, or not in a row.
    case miss(String, row: Int?)
    /// A text is on the screen this many times.
    case count(Int, String)
    /// The cursor stands in a row that holds a text; an empty text means that there is no cursor.
    case cursor(String)
    /// The server has this many messages of operators with a text in a dialog.
    case stored(Int, dialog: Int, text: String)
    /// What is kept on disk as a dialog's draft; not in a real terminal.
    case draft(dialog: Int, text: String)
    /// How often the bell has rung; not in a real terminal.
    case bells(Int)
    /// The console has ended.
    case quit
  }
}

/// A key as scripts write it: a character, or a name that stands in `<…>`.
enum KeyToken: Sendable, Equatable {
  /// A printable character.
  case character(Character)
  /// `Enter`, `Esc`, `Tab`, `S-Tab`, `BS`, `Del`, `Up`, `Down`, `Left`, `Right`, `Home`, `End`, `PgUp`, `PgDn`,
  /// `C-x` for Ctrl, `A-x` for Alt.
  case named(String)

  /// Reads a script: `n<Enter>`, `<C-d>`, `<lt>` for `<`.
  static func read(_ script: String) -> [KeyToken] {
    var tokens: [KeyToken] = []
    var rest = script[...]
    while let character = rest.first {
      if character == "<", let end = rest.firstIndex(of: ">") {
        let name = String(rest[rest.index(after: rest.startIndex)..<end])
        tokens.append(name == "lt" ? .character("<") : name == "Space" ? .character(" ") : .named(name))
        rest = rest[rest.index(after: end)...]
      } else {
        tokens.append(.character(character))
        rest = rest.dropFirst()
      }
    }
    return tokens
  }
}
