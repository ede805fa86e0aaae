/// Something a verb is done with: `ann` in `:transfer ann`.
public struct VerbArgument: Hashable, Sendable {
  /// What it is, so that completion knows what to offer.
  public enum Kind: Hashable, Sendable {
    /// The id of a dialog, `4821` or `#4821`.
    case dialog
    /// A colleague, by name or id.
    case `operator`
    /// A canned reply's name.
    case canned
    /// A macro's name.
    case macro
    /// A macro's parameters, `order=7781 "day=in two days"`.
    case macroValues
    /// A tab's name or its number.
    case tab
    /// A label.
    case label
    /// A path of a file.
    case file
    /// A theme's name.
    case theme
    /// A setting's key.
    case setting
    /// A setting's value, as its file has it; a text needs no quotes.
    case settingValue
    /// A verb's name.
    case verb
    /// A number.
    case number
    /// One of some words.
    case choice([String])
    /// Any text; the last argument takes the rest of the line.
    case text

    /// Whether it takes all that is left of the line, as its last argument.
    var takesTheRest: Bool { self == .text || self == .settingValue || self == .macroValues }
  }

  /// Its name in help and errors: `operator`, `reason`.
  public let name: String
  /// What it is.
  public let kind: Kind
  /// Whether the verb cannot do without. Pressed as a key, such a verb opens the command line and asks for it.
  public let isRequired: Bool

  /// An argument that the verb needs.
  public static func required(_ name: String, _ kind: Kind) -> VerbArgument {
    VerbArgument(name: name, kind: kind, isRequired: true)
  }

  /// An argument that may be left out.
  public static func optional(_ name: String, _ kind: Kind) -> VerbArgument {
    VerbArgument(name: name, kind: kind, isRequired: false)
  }

  /// How usage shows it: `OPERATOR`, `[REASON]`.
  public var usage: String { isRequired ? name.uppercased() : "[\(name.uppercased())]" }
}
