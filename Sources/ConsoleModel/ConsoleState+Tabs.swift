/// The tabs: filters of the list that one key brings back.
extension ConsoleState {
  /// Those that are always there: the console's own, and those of the settings.
  var fixedTabs: [FilterTab] { FilterTab.builtin + settings.tabs }

  /// Puts the tabs of the settings in place, before those that were made here.
  mutating func applyTabs() {
    let made = tabs.dropFirst(engine.fixedTabCount)
    engine.fixedTabCount = fixedTabs.count
    setTabs(fixedTabs + made)
  }

  /// The tab in force; nil while a filter was typed that is none.
  public var openTab: Int? { tabs.firstIndex { $0.filter == list.filter.text } }

  /// Goes to the tab of a number: the argument, else the digit that was pressed.
  mutating func chooseTab(_ number: String?) {
    var pressed: Int?
    if case .character(let character) = engine.pressedKey { pressed = character.wholeNumberValue }
    guard let number = number.flatMap({ Int($0) }) ?? pressed else { return }
    guard tabs.indices.contains(number - 1) else {
      return say(.warning, "There is no tab \(number): :tab-save keeps the filter that is in force as one")
    }
    openTab(at: number - 1)
  }

  /// Goes to the tab that is so many further; from a typed filter to the first or the last.
  mutating func stepTab(_ step: Int) {
    let index = openTab.map { ($0 + step + tabs.count) % tabs.count } ?? (step > 0 ? 0 : tabs.count - 1)
    openTab(at: index)
  }

  private mutating func openTab(at index: Int) {
    focus = .list
    filterInput = nil
    list.setFilter(DialogFilter(tabs[index].filter))
    list.thaw()
  }

  /// Keeps the filter in force as a tab.
  mutating func saveTab(named name: String) {
    let filter = list.filter.text
    let name = String(name.prefix(16))
    guard !filter.isEmpty else { return say(.warning, "No filter is in force: f narrows the list first") }
    if let index = tabs.firstIndex(where: { $0.filter == filter }) {
      return say(.warning, "That filter is the tab \(tabs[index].name) already")
    }
    var changed = tabs
    if let index = tabs.firstIndex(where: { $0.name == name }) {
      guard index >= fixedTabs.count else { return say(.warning, "The tab \(name) is always there as it is") }
      changed[index].filter = filter
    } else {
      guard changed.count < FilterTab.limit else {
        return say(.warning, "There are \(FilterTab.limit) tabs, one for each digit: drop one first")
      }
      changed.append(FilterTab(name: name, filter: filter))
    }
    setTabs(changed)
    noteDesk()
    say(.info, "The filter is kept as the tab \(name)")
  }

  /// Forgets a tab.
  mutating func dropTab(named name: String?) {
    guard let index = name.map({ name in tabs.firstIndex { $0.name == name } }) ?? openTab else {
      return say(.warning, name.map { "There is no tab \($0)" } ?? "No tab is in force")
    }
    guard index >= fixedTabs.count else {
      return say(.warning, "The tab \(tabs[index].name) is always there")
    }
    let dropped = tabs[index]
    var changed = tabs
    changed.remove(at: index)
    setTabs(changed)
    if list.filter.text == dropped.filter { list.setFilter(DialogFilter()) }
    noteDesk()
    say(.info, "The tab \(dropped.name) is dropped")
  }

  /// Puts tabs in place, no more than there are digits.
  mutating func setTabs(_ tabs: [FilterTab]) {
    self.tabs = Array(tabs.prefix(FilterTab.limit))
    list.count(self.tabs.map { DialogFilter($0.filter) })
  }
}
