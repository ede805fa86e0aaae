private let browse: Set<Mode> = [.list, .conversation]

/// The settings.
extension Verb {
  static let settingVerbs: [Verb] = [
    Verb(
      .theme, [], "theme", "Take another theme until the console ends", in: browse, takes: [.required("name", .theme)]
    ) { $0.chooseTheme($1[0]) },
    Verb(
      .setSetting, [], "set", "Change a setting until the console ends", in: browse,
      takes: [.required("setting", .setting), .required("value", .settingValue)]
    ) { $0.set($1[0], to: $1[1]) },
    Verb(.reload, [], "reload", "Read the settings, keys and themes again", in: browse) { $0.emit(.loadConfiguration) },
  ]

  /// Logging in again while the console runs.
  static let loginVerbs: [Verb] = [
    Verb(
      .logIn, [], "log in", "Log in again: by the profile's command, or with a password that is typed unseen",
      in: browse
    ) { $0.askLogIn() },
    Verb(.submitPassword, [.enter], "log in", "Log in with the password", in: [.password], hint: 0) {
      $0.submitPassword()
    },
    Verb(.leavePassword, [.escape], "leave", "Leave without logging in", in: [.password], hint: 1) {
      $0.passwordPrompt = nil
    },
  ]
}
