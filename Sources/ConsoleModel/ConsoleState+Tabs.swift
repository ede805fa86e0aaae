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

  /// Goes to the tab of a name or a number: the argument, else the digit that was pressed; without either they are
  /// offered.
  mutating func chooseTab(_ name: String?) {
    var pressed: Int?
    if name == nil, case .character(let character) = engine.pressedKey { pressed = character.wholeNumberValue }
    if let name, let index = tab(named: name) { return openTab(at: index) }
    guard let number = name.flatMap({ Int($0) }) ?? pressed else {
      guard let name else { return pick(.tab) }
      let hint = name.suggestion(among: tabs.map(\.name))
      return say(.warning, "There is no tab \(name)\(hint)")
    }
    guard tabs.indices.contains(number - 1) else {
      return say(.warning, "There is no tab \(number): :tab-save keeps the filter that is in force as one")
    }
    openTab(at: number - 1)
  }

  /// The tab of a name, whatever the case; of a part of it, where only one has that.
  private func tab(named name: String) -> Int? {
    let name = name.lowercased()
    if let index = tabs.firstIndex(where: { $0.name.lowercased() == name }) { return index }
    let matching = tabs.indices.filter { tabs[$0].name.lowercased().hasPrefix(name) }
    return matching.count == 1 && Int(name) == nil ? matching[0] : nil
  }

  /// The tabs, for a list to choose from.
  var tabItems: [Picker.Item] {
    tabs.enumerated().map { index, tab in
      let filter = tab.filter.isEmpty ? "everything" : tab.filter
      let count = list.counts.indices.contains(index) ? ", \(list.counts[index])" : ""
      return Picker.Item(.tab(index), tab.name, filter + count, isOn: index == openTab)
    }
  }

  /// Goes to the tab that is so many further; from a typed filter to the first or the last.
  mutating func stepTab(_ step: Int) {
    let index = openTab.map { ($0 + step + tabs.count) % tabs.count } ?? (step > 0 ? 0 : tabs.count - 1)
    openTab(at: index)
  }

  mutating func openTab(at index: Int) {
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
        return say(.warning, "There are \(FilterTab.limit) tabs, and no more are kept: drop one first")
      }
      changed.append(FilterTab(name: name, filter: filter))
    }
    did("Keeping the tab \(name)", .tabs(tabs, filter: filter))
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
    did("Dropping the tab \(dropped.name)", .tabs(tabs, filter: list.filter.text))
    setTabs(changed)
    if list.filter.text == dropped.filter { list.setFilter(DialogFilter()) }
    noteDesk()
    say(.info, "The tab \(dropped.name) is dropped")
  }

  /// Puts tabs in place, no more than are kept.
  mutating func setTabs(_ tabs: [FilterTab]) {
    self.tabs = Array(tabs.prefix(FilterTab.limit))
    list.count(self.tabs.map { DialogFilter($0.filter) })
  }
}
