/// Completion of what lies in files: a macro's parameters, and names of files.
extension ConsoleState {
  /// The parameters of a macro that have no value yet, and the values that one may have.
  func macroValueCompletions(_ word: String, after words: [String]) -> [Completion] {
    guard let id = target, let macro = words.first.flatMap({ texts.macro(named: $0) }) else { return [] }
    let given = words.dropFirst().map { String($0.prefix { $0 != "=" }) }
    let questions = macro.questions(macroFacts(of: id)).filter { !given.contains($0.name) }
    guard let sign = word.firstIndex(of: "="), let question = questions.first(where: { $0.name == word[..<sign] })
    else {
      return Self.matching(word, questions.map { Completion($0.name + "=", note: $0.question) })
    }
    let values = question.choices.isEmpty ? [question.standard].compactMap(\.self) : question.choices
    return Self.matching(word, values.map { Completion("\(question.name)=\($0)", note: question.question) })
  }

  /// The names in the folder that is typed. A folder is looked into once for a command line.
  func fileCompletions(_ word: String) -> [Completion] {
    let folder = Self.folder(of: word)
    guard let names = engine.listedFiles[folder] else { return [] }
    let start = word.dropFirst(folder.count)
    // Hidden files are offered to those who begin to type one.
    let shown = names.filter { $0.hasPrefix(start) && ($0.first != "." || start.first == ".") }
    return shown.map { Completion(folder + $0) }
  }

  /// Asks for what the folder has that is being typed, unless it is known.
  mutating func askForFiles(_ line: String) {
    let words = CommandWords(line)
    guard let verb = words.words.first.flatMap(VerbID.init(rawValue:)).map({ Verb($0) }),
      verb.arguments.indices.contains(words.words.count - 1), verb.arguments[words.words.count - 1].kind == .file
    else { return }
    let folder = Self.folder(of: words.current)
    guard engine.listedFiles[folder] == nil else { return }
    // Known to be asked for: a key more does not ask again.
    engine.listedFiles[folder] = []
    emit(.listFiles(folder))
  }

  /// The folder has been looked into.
  mutating func filesListed(_ folder: String, _ names: [String]) {
    engine.listedFiles[folder] = names.sorted()
    if let line = commandLine, line.selected == nil { complete() }
  }

  /// `dir/` of `dir/file`; empty for where the console was started.
  private static func folder(of word: String) -> String {
    word.lastIndex(of: "/").map { String(word[...$0]) } ?? ""
  }
}
