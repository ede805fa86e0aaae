import ArgumentParser
import ConsoleModel

/// `chatai config`: what the settings are, where they came from, and whether they can be read.
struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config",
    abstract: "Show the settings, check them, or say where they lie.",
    discussion: """
      The settings lie in $XDG_CONFIG_HOME/chatai/config.toml (~/.config/chatai/config.toml), those of one profile in \
      profiles/NAME.toml beside it, themes in themes/NAME.toml. What `chatai config` prints is a file to start from.
      """,
    subcommands: [Show.self, Check.self, Path.self], defaultSubcommand: Show.self)

  /// Prints every setting that is in force as a commented TOML file.
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print all settings as a TOML file, with what each does and where it came from.")

    @OptionGroup var options: ConfigOptions

    func run() throws {
      print(try options.files.load().get().report, terminator: "")
    }
  }

  /// Reads the files and says what is wrong with them.
  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Read the settings and name every mistake by file, line, column and key.")

    @OptionGroup var options: ConfigOptions

    func run() throws {
      let files = options.files
      _ = try files.load().get()
      let read = [files.common, files.own].compactMap(\.self).filter { (try? PrivateFile.read($0)) != nil }
      print(read.isEmpty ? "There are no files: the defaults hold." : "Good: " + read.joined(separator: ", "))
    }
  }

  /// Prints where the files lie.
  struct Path: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print the path of the settings' file.")

    @OptionGroup var options: ConfigOptions

    func run() throws {
      guard let path = options.files.common else {
        throw CommandFailure("neither XDG_CONFIG_HOME nor HOME is set: there is no place for settings")
      }
      print(path)
    }
  }
}

/// The option that says whose settings.
struct ConfigOptions: ParsableArguments {
  @OptionGroup var profile: ProfileOption

  var files: ConfigurationFiles { ConfigurationFiles(profile: profile.name) }
}
