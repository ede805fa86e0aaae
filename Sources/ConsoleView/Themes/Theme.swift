/// A look for every ``Role``, and the characters to draw with.
public struct Theme: Sendable {
  /// The name it is chosen by.
  public var name: String
  /// The characters that are not text.
  public var symbols: Symbols
  private var styles: [Style]

  /// Makes a theme; a role that is not named looks like ``Style/plain``.
  public init(name: String, symbols: Symbols = .unicode, styles: [Role: Style]) {
    self.name = name
    self.symbols = symbols
    self.styles = Role.allCases.map { styles[$0] ?? .plain }
  }

  /// The look of a role.
  public subscript(role: Role) -> Style {
    get { styles[role.rawValue] }
    set { styles[role.rawValue] = newValue }
  }

  /// The same colours drawn in ASCII only.
  public var asciiOnly: Theme {
    var theme = self
    theme.symbols = .ascii
    return theme
  }
}

extension Theme {
  /// A message's style with what a piece of it is on top.
  func style(_ look: Look, over base: Style) -> Style {
    guard !look.isEmpty else { return base }
    var style = base
    for (part, role) in [(Look.quote, Role.quote), (.code, .code), (.link, .link), (.muted, .muted)]
    where look.contains(part) {
      let own = self[role]
      if own.foreground != .standard { style.foreground = own.foreground }
      if own.background != .standard { style.background = own.background }
      style.attributes.formUnion(own.attributes)
    }
    if look.contains(.bold) {
      style.attributes.insert(.bold)
      style.attributes.remove(.dim)
    }
    if look.contains(.italic) { style.attributes.insert(.italic) }
    return style
  }
}

extension Canvas {
  /// Lays the ground of `role` under what is already drawn: its background and attributes, and its foreground too
  /// when it has one of its own, because no other colour is known to be readable there.
  mutating func lay(_ role: Role, under rect: Rect, theme: Theme) {
    let ground = theme[role]
    restyle(rect) { style in
      if ground.foreground != .standard { style.foreground = ground.foreground }
      if ground.background != .standard { style.background = ground.background }
      style.attributes.formUnion(ground.attributes)
      // Faint and reversed is a grey block on most terminals.
      if style.attributes.contains(.reverse) { style.attributes.remove(.dim) }
    }
  }
}
