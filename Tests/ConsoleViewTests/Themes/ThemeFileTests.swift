import ConsoleModel
import Foundation
import Testing

@testable import ConsoleView

@Suite("Themes from files")
struct ThemeFileTests {
  private func theme(_ text: String) throws -> Theme { try Theme(parsing: text, name: "mine", path: "mine.toml") }

  @Test func aFileChangesRolesOfTheThemeItBeginsWith() throws {
    let theme = try theme(
      "base = \"light\"\n[roles]\nwaiting = \"bold 214 on #102030\"\nfocused_title = \"underline bright-red\"")
    #expect(theme.name == "mine")
    #expect(theme[.waiting] == Style(foreground: .indexed(214), background: .rgb(16, 32, 48), attributes: .bold))
    #expect(theme[.focusedTitle] == Style(foreground: .indexed(9), attributes: .underline))
    #expect(theme[.good] == Theme.light[.good])
  }

  @Test(arguments: Theme.builtin.map(\.name))
  func everyThemeCanBeWrittenAndReadBack(_ name: String) throws {
    let builtin = try #require(Theme.builtin.first { $0.name == name })
    let read = try theme(builtin.file)
    for role in Role.allCases { #expect(read[role] == builtin[role], "\(role)") }
  }

  @Test(arguments: [
    ("[roles]\nwating = \"red\"", "mine.toml:2:1: roles.wating: there is no such role: did you mean waiting?"),
    ("[roles]\nwaiting = \"redd\"", "mine.toml:2:11: roles.waiting: a look such as"),
    ("[roles]\nwaiting = \"red blue\"", "mine.toml:2:11: roles.waiting: a look such as"),
    ("[roles]\nwaiting = \"red on\"", "mine.toml:2:11: roles.waiting: a look such as"),
    ("[roles]\nwaiting = \"#12345\"", "mine.toml:2:11: roles.waiting: a look such as"),
    ("[roles]\nwaiting = \"256\"", "mine.toml:2:11: roles.waiting: a look such as"),
    ("[roles]\nwaiting = 5", "mine.toml:2:11: roles.waiting: a look such as"),
    ("base = \"drak\"", "mine.toml:1:8: base: a theme begins with one of dark, light, high-contrast, mono"),
    ("colour = 1", "mine.toml:1:1: colour: a theme has base and [roles] only"),
    ("[rolls]", "mine.toml:1:1: the only table of a theme is [roles]"),
    ("base", "mine.toml:1:5: after a key = is expected"),
  ])
  func aMistakeNamesFileLineAndKey(_ text: String, _ expected: String) {
    let error = #expect(throws: SettingsError.self) { try theme(text) }
    #expect(error?.description.hasPrefix(expected) == true, "\(error?.description ?? "")")
  }

  @Test func theExamplesAreThemes() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Resources/themes")
    let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    #expect(files.count >= 3)
    for file in files {
      _ = try Theme(
        parsing: String(contentsOf: file, encoding: .utf8), name: file.lastPathComponent, path: file.lastPathComponent)
    }
  }
}
