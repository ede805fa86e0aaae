import ConsoleView
import Terminal

extension Theme {
  /// The theme for a terminal where the settings name none.
  static func automatic(_ appearance: TerminalScreen.Appearance) -> Theme {
    let theme: Theme = !appearance.hasColor ? .mono : appearance.isLight == true ? .light : .dark
    return appearance.isASCII ? theme.asciiOnly : theme
  }
}
