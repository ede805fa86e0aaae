extension Theme {
  /// The themes that need no file, by name.
  public static let builtin: [Theme] = [.dark, .light, .highContrast, .mono]

  // Hues are taken from the fixed part of the 256 colours, not from the first sixteen, which many palettes bend until
  // they are unreadable (Solarized shows bright green as a grey); they are saturated enough that the nearest of sixteen
  // has the same hue, where that leaves them readable: text has a contrast of 4.5:1 and more on every ground that it
  // stands on (WCAG 2.2, 1.4.3), which a test holds them to. The background stays the terminal's own.

  /// For terminals with a dark background.
  public static let dark = Theme(
    name: "dark",
    styles: [
      .muted: Style(foreground: .indexed(247)),
      .strong: Style(attributes: .bold),
      .rule: Style(foreground: .indexed(240)),
      .bar: Style(background: .indexed(235)),
      .focusedTitle: Style(foreground: .indexed(75), attributes: .bold),
      .selection: Style(foreground: .indexed(231), background: .indexed(239)),
      .restingSelection: Style(background: .indexed(235)),
      .good: Style(foreground: .indexed(76)),
      .caution: Style(foreground: .indexed(220)),
      .alarm: Style(foreground: .indexed(203), attributes: .bold),
      .fresh: Style(foreground: .indexed(75), attributes: .bold),
      .waiting: Style(foreground: .indexed(214)),
      .overdue: Style(foreground: .indexed(203), attributes: .bold),
      .mine: Style(foreground: .indexed(76)),
      .others: Style(foreground: .indexed(75)),
      .assistant: Style(foreground: .indexed(170)),
      .visitor: Style(foreground: .indexed(44)),
      .system: Style(foreground: .indexed(247)),
      .token: Style(foreground: .indexed(178), attributes: .underline),
      .code: Style(foreground: .indexed(152), background: .indexed(236)),
      .link: Style(foreground: .indexed(75), attributes: .underline),
      .quote: Style(foreground: .indexed(250), attributes: .italic),
      .reply: Style(foreground: .indexed(76), attributes: .bold),
      .note: Style(foreground: .indexed(220), attributes: .bold),
      .danger: Style(foreground: .indexed(231), background: .indexed(160), attributes: .bold),
      .question: Style(foreground: .indexed(16), background: .indexed(220)),
      .key: Style(foreground: .indexed(75)),
      .overlay: Style(background: .indexed(235)),
    ])

  /// For terminals with a light background.
  public static let light = Theme(
    name: "light",
    styles: [
      .muted: Style(foreground: .indexed(241)),
      .strong: Style(attributes: .bold),
      .rule: Style(foreground: .indexed(248)),
      .bar: Style(background: .indexed(254)),
      .focusedTitle: Style(foreground: .indexed(26), attributes: .bold),
      .selection: Style(foreground: .indexed(16), background: .indexed(152)),
      .restingSelection: Style(background: .indexed(254)),
      .good: Style(foreground: .indexed(22)),
      .caution: Style(foreground: .indexed(94)),
      .alarm: Style(foreground: .indexed(124), attributes: .bold),
      .fresh: Style(foreground: .indexed(26), attributes: .bold),
      .waiting: Style(foreground: .indexed(94), attributes: .bold),
      .overdue: Style(foreground: .indexed(124), attributes: .bold),
      .mine: Style(foreground: .indexed(22)),
      .others: Style(foreground: .indexed(26)),
      .assistant: Style(foreground: .indexed(127)),
      .visitor: Style(foreground: .indexed(24)),
      .system: Style(foreground: .indexed(241)),
      .token: Style(foreground: .indexed(94), attributes: .underline),
      .code: Style(foreground: .indexed(24), background: .indexed(254)),
      .link: Style(foreground: .indexed(26), attributes: .underline),
      .quote: Style(foreground: .indexed(240), attributes: .italic),
      .reply: Style(foreground: .indexed(22), attributes: .bold),
      .note: Style(foreground: .indexed(94), attributes: .bold),
      .danger: Style(foreground: .indexed(231), background: .indexed(160), attributes: .bold),
      .question: Style(foreground: .indexed(16), background: .indexed(220)),
      .key: Style(foreground: .indexed(26)),
      .overlay: Style(background: .indexed(255)),
    ])

  /// For weak eyes and bad screens: white on black in full strength, nothing told by a shade of grey.
  public static let highContrast = Theme(
    name: "high-contrast",
    styles: {
      func colour(_ index: UInt8, _ attributes: Style.Attributes = []) -> Style {
        Style(foreground: .indexed(index), background: .indexed(16), attributes: attributes)
      }
      return [
        .text: colour(231),
        .muted: colour(252),
        .strong: colour(231, .bold),
        .rule: colour(252),
        .bar: Style(foreground: .indexed(16), background: .indexed(231), attributes: .bold),
        .focusedTitle: colour(226, [.bold, .underline]),
        .selection: Style(foreground: .indexed(16), background: .indexed(226)),
        .restingSelection: colour(226, .bold),
        .good: colour(46, .bold),
        .caution: colour(226, .bold),
        .alarm: colour(231, [.bold, .reverse]),
        .fresh: colour(51, .bold),
        .waiting: colour(226, .bold),
        .overdue: colour(226, [.bold, .reverse]),
        .mine: colour(46, .bold),
        .others: colour(51),
        .assistant: colour(213),
        .visitor: colour(51, .bold),
        .system: colour(252),
        .token: colour(226, .underline),
        .code: colour(159),
        .link: colour(51, .underline),
        .quote: colour(252, .italic),
        .reply: colour(46, .bold),
        .note: colour(226, .bold),
        .danger: Style(foreground: .indexed(231), background: .indexed(160), attributes: .bold),
        .question: Style(foreground: .indexed(16), background: .indexed(226), attributes: .bold),
        .key: colour(226, .bold),
        .overlay: Style(background: .indexed(16)),
      ]
    }())

  /// For terminals without colour and for NO_COLOR: weight, line and reversal only.
  public static let mono = Theme(
    name: "mono",
    styles: [
      .muted: Style(attributes: .dim),
      .strong: Style(attributes: .bold),
      .rule: Style(attributes: .dim),
      .bar: Style(attributes: .reverse),
      .focusedTitle: Style(attributes: [.bold, .underline]),
      .selection: Style(attributes: .reverse),
      .restingSelection: Style(attributes: .bold),
      .caution: Style(attributes: .bold),
      .alarm: Style(attributes: [.bold, .underline]),
      .fresh: Style(attributes: .bold),
      .waiting: Style(attributes: .bold),
      .overdue: Style(attributes: [.bold, .underline]),
      .mine: Style(attributes: .bold),
      .visitor: Style(attributes: .bold),
      .system: Style(attributes: .dim),
      .token: Style(attributes: [.dim, .underline]),
      .code: Style(attributes: .bold),
      .link: Style(attributes: .underline),
      .quote: Style(attributes: .italic),
      .reply: Style(attributes: .bold),
      .note: Style(attributes: [.bold, .underline]),
      .danger: Style(attributes: [.reverse, .bold]),
      .question: Style(attributes: .reverse),
      .key: Style(attributes: .bold),
    ])
}
