import ArgumentParser
import ChatProtocol
import Headless
import Transport

/// `chatai profiles`: the logins there are.
struct ProfilesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "profiles", abstract: "List the profiles: each is one login with its drafts and unsent replies.",
    discussion: """
      * marks the one that is used where none is named: that of --profile, else of CHATAI_PROFILE, else of the setting \
      profile in config.toml, else default. The server is not asked: an administrator may have ended a login since.
      """)

  @Flag(help: "A line of JSON for each profile.") var json = false

  func run() throws {
    let logins = try Profile.named().map(ProfileLogin.init)
    if json {
      for login in logins { Output.line(try JSONText.line(login)) }
      return
    }
    let rows = logins.map { login in
      [
        (login.isUsual ? "* " : "  ") + login.name, login.email ?? "-", login.server ?? "-",
        login.state.words + (login.isOpen ? ", open in a console" : ""),
      ].map(PlainText.line)
    }
    for line in columns(rows) { Output.line(line) }
    if rows.isEmpty { Output.say("there are none: chatai login --help") }
  }

  /// Rows under each other, two blanks between their columns.
  private func columns(_ rows: [[String]]) -> [String] {
    rows.map { row in
      row.enumerated().map { index, cell in
        let width = rows.map { $0[index].count }.max() ?? 0
        return index == row.count - 1 ? cell : cell + String(repeating: " ", count: width - cell.count)
      }.joined(separator: "  ")
    }
  }
}

/// What is known of a profile's login without asking its server.
private struct ProfileLogin: Encodable {
  enum State: String, Encodable {
    case loggedIn = "logged_in"
    case expired, unreadable
    case loggedOut = "logged_out"

    var words: String {
      switch self {
      case .loggedIn: "logged in"
      case .expired: "expired: log in again"
      case .unreadable: "the login cannot be read: log in again"
      case .loggedOut: "logged out"
      }
    }
  }

  var name: String
  var email: String?
  var server: String?
  var state: State
  /// Whether it is used where none is named.
  var isUsual: Bool
  var isOpen: Bool

  private enum CodingKeys: String, CodingKey {
    case name, email, server, state
    case isUsual = "default"
    case isOpen = "open"
  }

  init(_ profile: Profile) {
    name = profile.name
    isUsual = profile.name == ProfileOption.usualName
    isOpen = ProfileInspection(profile).isOpenInConsole
    guard profile.hasSession else {
      state = .loggedOut
      return
    }
    guard let session = try? SessionFile(profile).read() else {
      state = .unreadable
      return
    }
    email = session.email
    server = session.server.url
    // What renews itself, or logs in by itself, has not ended because an access token has.
    let lasts = session.tokens.refreshToken != nil || session.secret != nil
    let hasRunOut = TokenClaims(session.tokens.accessToken)?.isExpired(at: .now) == true
    state = hasRunOut && !lasts ? .expired : .loggedIn
  }
}

/// `chatai logout`: ends the session on the server, where it can, and forgets it here.
struct LogoutCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logout",
    abstract: "End a session; drafts and unsent replies are kept.")

  @OptionGroup var profile: ProfileOption

  func run() throws {
    let profile = try profile.open()
    let session = try SessionFile(profile).read()
    try profile.lock()
    let network = try ClientNetwork(session.trust)
    let failure = try CommandThreads.run { group -> APIFailure? in
      let api = ChatAPI(server: session.server, tokens: session.tokens, network: network, group: group)
      var failure: APIFailure?
      do throws(APIFailure) {
        try await api.logOut()
      } catch {
        failure = error
      }
      await api.shutDown()
      return failure
    }
    try SessionFile(profile).remove()
    switch failure {
    case nil: print("Logged out of \(session.server.authority).")
    // It was over already, or the server knows no such thing: there is nothing more to end.
    case .unauthorized, .notFound: print("Logged out.")
    case let failure?:
      print(
        "The session is forgotten here; \(session.server.authority) could not be told: "
          + failure.description.escapingControls)
    }
  }
}
