import ChatProtocol
import Testing

@testable import ConsoleModel

@Suite("Settings")
struct SettingsTests {
  private func read(_ texts: String...) -> (Configuration, [String]) {
    var configuration = Configuration(themes: ["dark", "light", "mono"])
    let errors = texts.enumerated().flatMap { configuration.read($0.element, path: "f\($0.offset)") }
    return (configuration, errors.map(\.description))
  }

  // MARK: The table

  @Test func everySettingExplainsItselfAndKeepsItsStandard() {
    #expect(Set(Setting.all.map(\.key)).count == Setting.all.count)
    for setting in Setting.all {
      #expect(setting.key.wholeMatch(of: /([a-z]+\.)?[a-z]+(_[a-z]+)*/) != nil, "\(setting.key)")
      #expect(setting.help.hasSuffix(".") && setting.help.count <= 110, "\(setting.key)")
      #expect(!setting.expected.isEmpty)
      var settings = Settings()
      #expect(setting.set(&settings, setting.get(settings)) == nil, "\(setting.key)")
      #expect(settings == Settings(), "\(setting.key)")
    }
  }

  @Test func settingsThatStandInNoTableComeFirst() {
    let nested = Setting.all.map { $0.key.contains(".") }
    #expect(nested == nested.sorted { !$0 && $1 })
    let tables = Setting.all.compactMap { $0.key.split(separator: ".").dropLast().first }
    #expect(zip(tables, tables.dropFirst()).count { $0 != $1 } == Set(tables).count - 1, "each table stands together")
  }

  // MARK: Reading

  @Test func aFileIsRead() {
    let (configuration, errors) = read(
      """
      theme = "light"
      ascii = true
      [sla]
      warning = "90s"
      breach = "1h 30m"
      [notices]
      bell = "waiting"
      quiet_hours = "22:00-07:30"
      [tabs]
      Mine = "is:mine"
      "Too long" = "is:waiting vip"
      """)
    #expect(errors == [])
    var expected = Settings()
    expected.theme = "light"
    expected.ascii = true
    expected.waitWarning = .seconds(90)
    expected.waitBreach = .seconds(5400)
    expected.bell = .waiting
    expected.quietHours = DayPart(start: 22 * 60, end: 7 * 60 + 30)
    expected.tabs = [FilterTab(name: "Mine", filter: "is:mine"), FilterTab(name: "Too long", filter: "is:waiting vip")]
    #expect(configuration.settings == expected)
    #expect(configuration.origin(of: "sla.breach") == .file(path: "f0", line: 5))
    #expect(configuration.origin(of: "mouse") == .standard)
  }

  @Test func aProfilesFileChangesWhatTheFirstSaid() {
    let (configuration, errors) = read(
      "theme = \"light\"\nmouse = true\n[tabs]\na = \"x\"", "theme = \"mono\"\n[tabs]\na = \"y\"")
    #expect(errors == [])
    #expect(configuration.settings.theme == "mono")
    #expect(configuration.settings.mouse)
    #expect(configuration.settings.tabs == [FilterTab(name: "a", filter: "y")])
    #expect(configuration.origin(of: "theme") == .file(path: "f1", line: 1))
  }

  @Test(arguments: [
    ("theme = \"drak\"", "f0:1:9: theme: there is no such theme as \"drak\": did you mean dark?"),
    ("thme = \"dark\"", "f0:1:1: thme: there is no such setting: did you mean theme?"),
    ("\nascii = 1", "f0:2:9: ascii: true or false is expected, not a whole number"),
    ("[notices]\nbel = \"never\"", "f0:2:1: notices.bel: there is no such setting: did you mean notices.bell?"),
    ("[notices]\nbell = \"nevr\"", "f0:2:8: notices.bell: \"nevr\" is none of its values: did you mean never?"),
    (
      "[notices]\nbell = \"x\"",
      "f0:2:8: notices.bell: \"x\" is none of its values: it is one of message, breach, waiting, mention, never"
    ),
    ("[notice]\nbell = \"never\"", "f0:1:1: notice: there is no such table: did you mean notices?"),
    ("[screen]\nmessage_columns = 7", "f0:2:19: screen.message_columns: 7 is not in 40 to 400 cells"),
    (
      "[sla]\nwarning = \"soon\"",
      "f0:2:11: sla.warning: a time such as \"90s\", \"2m\" or \"1h\" is expected, from 1s to 168h"
    ),
    ("[sla]\nwarning = \"9m\"\nbreach = \"8m\"", "f0:3:10: sla.breach: the warning comes after the breach"),
    (
      "[notices]\nquiet_hours = \"22-7\"",
      "f0:2:15: notices.quiet_hours: a part of the day such as \"22:00-07:00\" is expected"
    ),
    ("theme = dark", "f0:1:9: dark is no value: a text stands in quotes"),
    ("[tabs]\na = 1", "f0:2:5: tabs.a: a filter in quotes is expected, not a whole number"),
    ("sla.hard = 1", "f0:1:1: sla.hard: there is no such setting"),
  ])
  func aMistakeNamesFileLineColumnAndKey(_ text: String, _ expected: String) {
    #expect(read(text).1 == [expected])
  }

  @Test func aWarningMayBeRaisedWithItsBreach() {
    let (configuration, errors) = read("[sla]\nwarning = \"10m\"\nbreach = \"20m\"")
    #expect(errors == [])
    #expect(configuration.settings.waitWarning == .seconds(600))
  }

  @Test func allMistakesAreNamedInTheOrderOfTheFile() {
    let (_, errors) = read("ascii = 1\n[keys.browse]\n\"zz\" = \"quit\"\n[notices]\ntitle = 2")
    #expect(errors.map { $0.prefix(5) } == ["f0:1:", "f0:3:", "f0:5:"])
  }

  // MARK: The report

  @Test func theReportSaysTheSameAsTheFiles() {
    let (configuration, errors) = read(
      "theme = \"mono\"\neditor = \"vim -c 'set ft=text'\"\n[tabs]\n\"a b\" = \"is:mine\"\n[keys.browse]\n\"x\" = \"open 12\"\n\"t\" = false\n[keys.compose]\n\"Ctrl-T\" = \"send\""
    )
    #expect(errors == [])
    var again = Configuration(themes: ["dark", "light", "mono"])
    #expect(again.read(configuration.report, path: "report") == [])
    #expect(again.settings == configuration.settings)
    #expect(again.keymap == configuration.keymap)
    #expect(configuration.report.contains("theme = \"mono\"  # f0:1"))
    #expect(configuration.report.contains("mouse = false  # default"))
  }

  @Test func theReportOfNothingIsAFileThatChangesNothing() {
    var configuration = Configuration()
    #expect(configuration.read(Configuration().report, path: "report") == [])
    #expect(configuration.settings == Settings())
    #expect(configuration.keymap == .standard)
  }

  // MARK: In the console

  @Test func reloadingTakesOverWhatIsGoodAndKeepsTheOldOtherwise() {
    var console = Console.loaded([.mine(1)])
    console.press(":reload<Enter>")
    #expect(console.takeVisibleEffects() == [.saveCommandHistory(["reload"]), .loadConfiguration])
    let (configuration, _) = read("ascii = true\n[keys.browse]\n\"x\" = \"help\"")
    console.send(.configured(configuration))
    #expect(console.state.settings.ascii)
    console.press("x")
    #expect(console.state.mode == .help)
    console.send(.configurationFailed([SettingsError(path: "c", position: nil, key: nil, reason: "is a folder")]))
    #expect(console.notice == "c: is a folder. The settings from before hold")
    #expect(console.state.settings.ascii)
  }

  @Test(arguments: [":theme light<Enter>", ":set theme light<Enter>", ":theme li<Tab><Enter>"])
  func aThemeIsTakenOnceTheScreenHasIt(_ script: String) {
    var console = Console.loaded([])
    console.state.themes = ["dark", "light"]
    console.press(script)
    #expect(console.takeEffects().contains(.chooseTheme("light")))
    #expect(console.state.settings.theme == "auto")
    console.send(.themeChosen("light"))
    #expect(console.state.settings.theme == "light")
    #expect(console.notice == "The theme is light")
  }

  @Test(arguments: [
    (":set ascii true<Enter>", "ascii is true until the console ends"),
    (":set asci true<Enter>", "\"asci\" is no setting: did you mean ascii?"),
    (":set ascii maybe<Enter>", "ascii: true or false is expected, not a text"),
    (":set sla.breach 9m<Enter>", "sla.breach is \"9m\" until the console ends"),
    (":set editor vim -u NONE<Enter>", "editor is \"vim -u NONE\" until the console ends"),
    (":theme ligth<Enter>", "There is no theme \"ligth\": did you mean light?"),
    (":set asc<Tab>tr<Tab><Enter>", "ascii is true until the console ends"),
  ])
  func settingsChangeWhileTheConsoleRuns(_ script: String, _ notice: String) {
    var console = Console.loaded([])
    console.state.themes = ["dark", "light"]
    console.press(script)
    #expect(console.notice == notice)
  }
}
