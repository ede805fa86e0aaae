import Foundation
import Testing

/// The web widget in headless Chromium, on pages of other origins, against the real server. The scenarios are in
/// `Python/Widget/scenarios.py`; the screenshots they take are left in the build folder, to be looked at.
@Suite(.serialized, .timeLimit(.minutes(15)))
struct WidgetTests {
  private static let scenarios = [
    "a_conversation_on_an_assistants_widget",
    "a_sites_widget_on_its_domain_and_elsewhere",
    "hostile_text_is_inert",
    "refused_and_overlong_messages",
    "a_long_history",
    "two_tabs_of_one_visitor",
    "without_sockets_and_without_storage",
    "the_links_rules",
    "everybody_can_use_it",
    "a_server_that_is_killed_and_comes_back",
  ]

  @Test func `A visitor's chat in a real browser`() throws {
    let folder = Programs.repository.appending(path: "Tests/EndToEndTests/Python/Widget")
    let screenshots = Programs.directory.appending(path: "widget-screenshots").path
    let (status, output) = try Child.run(
      TestPython.interpreter(), ["-B", folder.appending(path: "scenarios.py").path, Programs.server, screenshots])
    for scenario in Self.scenarios {
      let name = scenario.replacing("_", with: " ")
      #expect(output.contains("ok \(name), "), "\(name) did not pass:\n\(output)")
    }
    #expect(status == 0, "\(output)")
  }
}
