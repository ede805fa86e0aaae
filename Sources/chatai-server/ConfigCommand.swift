import ArgumentParser
import ChatServer
import Foundation

/// `chatai-server config …`: the settings.
struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Look at the settings.", subcommands: [Check.self])

  /// `chatai-server config check`: prints what the server would run with.
  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print every setting's effective value and where it came from.",
      discussion: """
        Takes the same options as `serve` and reads the same sources: the defaults, the TOML file, the environment and \
        the flags, each over the one before. What it prints is a TOML file itself. A mistake is told with its file and \
        line, and the status is 1.
        """)

    @OptionGroup var settings: SettingOptions
    @OptionGroup var storage: StoreOptions

    func run() throws {
      print(
        try ConfigurationReport(
          file: storage.config, environment: ProcessInfo.processInfo.environment,
          flags: try settings.flags(storage)))
    }
  }
}

/// Settings given on the command line.
struct SettingOptions: ParsableArguments {
  @Option(help: "The address to listen on (default: 127.0.0.1).")
  var host: String?

  @Option(help: "The port to listen on; 0 takes a free one (default: 8080).")
  var port: String?

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Any setting, such as limits.sockets=2000; `config check` lists them. May be repeated.", valueName: "key=value"))
  var others: [String] = []

  /// By key, as `ServerConfiguration.load` takes them.
  func flags(_ storage: StoreOptions) throws -> [String: String] {
    var flags: [String: String] = [:]
    for setting in others {
      guard let equals = setting.firstIndex(of: "=") else {
        throw ValidationError("--set takes KEY=VALUE, not \"\(setting)\"")
      }
      flags[String(setting[..<equals])] = String(setting[setting.index(after: equals)...])
    }
    flags["host"] = host ?? flags["host"]
    flags["port"] = port ?? flags["port"]
    flags["data"] = storage.data ?? flags["data"]
    return flags
  }
}
