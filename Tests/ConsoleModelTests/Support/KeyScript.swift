import ConsoleModel

/// Keys as a person would write them down: printable characters are themselves; what is not stands in `<…>`
/// (`<Enter>`, `<C-d>`, `<A-b>`, `<PgDn>`, `<lt>` for `<`).
func keys(_ script: String) -> [Key] {
  var keys: [Key] = []
  var rest = script[...]
  while let character = rest.first {
    if character == "<", let end = rest.firstIndex(of: ">") {
      keys.append(named(String(rest[rest.index(after: rest.startIndex)..<end])))
      rest = rest[rest.index(after: end)...]
    } else {
      keys.append(.character(character))
      rest = rest.dropFirst()
    }
  }
  return keys
}

private func named(_ name: String) -> Key {
  switch name {
  case "Enter": return .enter
  case "Esc": return .escape
  case "Tab": return .tab
  case "S-Tab": return .backTab
  case "BS": return .backspace
  case "Del": return .delete
  case "Up": return .up
  case "Down": return .down
  case "Left": return .left
  case "Right": return .right
  case "Home": return .home
  case "End": return .end
  case "PgUp": return .pageUp
  case "PgDn": return .pageDown
  case "lt": return .character("<")
  default:
    guard let last = name.last, name.count == 3, name.hasPrefix("C-") || name.hasPrefix("A-") else {
      fatalError("no key is called <\(name)>")
    }
    return name.hasPrefix("C-") ? .control(last) : .alt(last)
  }
}
