public import ArgumentParser
public import ConsoleModel

/// `chatai keys`: the table of keys, for a person or for the documentation.
struct KeysCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "keys", abstract: "Print the keys of the console.")

  @Option(help: "text, markdown or man.")
  var format = KeyReference.text

  func run() {
    print(format.rendered, terminator: "")
  }
}

extension KeyReference: ExpressibleByArgument {}
