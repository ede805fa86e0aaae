extension Configuration {
  /// All settings and bindings as a TOML file that says the same, with what each does and where it came from.
  public var report: String {
    var lines: [String] = []
    var table = ""
    // A table's values come before any table's heading.
    for setting in Setting.all {
      let parts = setting.key.split(separator: ".").map(String.init)
      let own = parts.dropLast().joined(separator: ".")
      if own != table {
        lines += ["", "[\(own)]"]
        table = own
      }
      lines += ["", "# \(setting.help.oneLine)", "# \(setting.expected.oneLine)"]
      lines.append(
        "\(parts[parts.count - 1]) = \(setting.literal(in: settings))  # \(origin(of: setting.key).description.oneLine)"
      )
    }
    lines += ["", "# Saved filters, for the keys 1 to 9: name = \"filter\".", "[tabs]"]
    for tab in settings.tabs {
      let key = TOMLValue.key(tab.name)
      lines.append(
        "\(key) = \(TOMLValue.string(tab.filter).literal)  # \(origin(of: "tabs." + key).description.oneLine)")
    }
    lines += [
      "", "# Keys: [keys.browse], or list, conversation, compose, filter, command, palette, help.",
      "# \"g m\" = \"command\" binds, \"t\" = false unbinds; chatai keys prints what there is.",
    ]
    for name in KeyBinding.tables.keys.sorted() {
      let own = lastBindings.filter { $0.table == name }
      if !own.isEmpty || name == "browse" { lines.append("[keys.\(name)]") }
      for binding in own {
        let value = binding.command.map { TOMLValue.string($0.line).literal } ?? "false"
        lines.append(
          "\(TOMLValue.key(binding.keys.label)) = \(value)  # \("\(binding.path):\(binding.position.line)".oneLine)")
      }
    }
    return lines.drop { $0.isEmpty }.joined(separator: "\n") + "\n"
  }

  /// Of bindings of the same keys in the same table the last.
  private var lastBindings: [KeyBinding] {
    bindings.enumerated().filter { index, binding in
      !bindings[(index + 1)...].contains { $0.table == binding.table && $0.keys == binding.keys }
    }.map(\.element)
  }
}

extension String {
  /// Fit for a comment, whoever wrote it.
  fileprivate var oneLine: String {
    String(UnicodeScalarView(unicodeScalars.map { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) ? "?" : $0 }))
  }
}
