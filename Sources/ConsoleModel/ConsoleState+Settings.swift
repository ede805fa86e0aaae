/// The settings while the console runs.
extension ConsoleState {
  /// The settings were read again. What shows them follows with the next frame.
  mutating func configure(_ configuration: Configuration) {
    settings = configuration.settings
    themes = configuration.themes
    keymap = configuration.keymap
    applySettings()
    emit(.loadTexts)
    say(.info, "The settings are read again")
  }

  /// Tells the parts of the console what was chosen for them.
  mutating func applySettings() {
    applyTabs()
    serviceLevel = ServiceLevel(warning: settings.waitWarning, breach: settings.waitBreach)
    list.setSort(settings.listSort)
    engine.notifier.settings.bell = Announcement.Kind(settings.bell)
    engine.notifier.settings.popup = Announcement.Kind(settings.desktopNotices)
    engine.notifier.settings.quiet = settings.quietHours.map { Notifier.QuietHours(start: $0.start, end: $0.end) }
  }

  /// The settings cannot be read: those from before hold.
  mutating func configurationFailed(_ errors: [SettingsError]) {
    guard let first = errors.first else { return }
    let more = errors.count > 1 ? " (and \(errors.count - 1) more: chatai config check)" : ""
    say(.error, "\(first)\(more). The settings from before hold", for: .seconds(30))
  }

  /// Takes another theme, until the console ends.
  mutating func chooseTheme(_ name: String) {
    guard name == "auto" || themes.contains(name) else {
      let hint = name.nearest(of: themes).map { "did you mean \($0)?" } ?? "there are \(themes.joined(separator: ", "))"
      return say(.warning, "There is no theme \"\(name)\": \(hint)")
    }
    emit(.chooseTheme(name))
  }

  /// The screen has another theme.
  mutating func themeChosen(_ name: String) {
    settings.theme = name
    say(.info, "The theme is \(name)")
  }

  /// Changes a setting until the console ends.
  mutating func set(_ key: String, to text: String) {
    guard let setting = Setting.named(key) else {
      let hint = key.suggestion(among: Setting.all.map(\.key))
      return say(.warning, "\"\(key)\" is no setting\(hint)")
    }
    if key == "theme" { return chooseTheme(text) }
    if ["profile", "read_only"].contains(key) { return say(.warning, "\(key) counts when the console is opened") }
    // As the file has it, or a text without its quotes.
    let document = try? TOMLDocument(parsing: "value = " + text)
    let value = document?.entries.count == 1 ? document?.entries[0].value : nil
    if let reason = setting.set(&settings, value ?? .string(text)) {
      return say(.warning, "\(key): \(reason)")
    }
    applySettings()
    if key.hasPrefix("files.") { emit(.loadTexts) }
    say(.info, "\(key) is \(setting.literal(in: settings)) until the console ends")
  }
}

extension Announcement.Kind {
  /// The least that is told; nil for nothing.
  fileprivate init?(_ level: NoticeLevel) {
    switch level {
    case .message: self = .message
    case .breach: self = .breach
    case .waiting: self = .waiting
    case .mention: self = .mention
    case .never: return nil
    }
  }
}
