/// The Snowball stemmer for Russian (snowballstem.org/algorithms/russian/stemmer.html): takes the inflection off a
/// word, so that `заказ`, `заказа` and `заказами` meet.
enum RussianStemmer {
  /// The stem of a word in lower case with `ё` already written `е`.
  static func stem(_ word: String) -> String {
    var word = Word(Array(word))
    if !word.remove(perfectiveGerunds, afterAOrYa: perfectiveGerundsAfterA) {
      word.remove(reflexives)
      if word.remove(adjectives) {
        word.remove(participles, afterAOrYa: participlesAfterA)
      } else if !word.remove(verbs, afterAOrYa: verbsAfterA) {
        word.remove(nouns)
      }
    }
    word.remove(["и"])
    word.removeInR2(["ость", "ост"])
    if word.hasSuffix("нн") {
      word.dropLast()
    } else if word.remove(["ейше", "ейш"]) {
      if word.hasSuffix("нн") { word.dropLast() }
    } else {
      word.remove(["ь"])
    }
    return String(word.letters)
  }

  // Each list is sorted by falling length: the longest ending wins.
  private static let perfectiveGerundsAfterA = ["вшись", "вши", "в"]
  private static let perfectiveGerunds = ["ившись", "ывшись", "ивши", "ывши", "ив", "ыв"]
  private static let reflexives = ["ся", "сь"]
  private static let adjectives = [
    "ими", "ыми", "его", "ого", "ему", "ому", "ее", "ие", "ые", "ое", "ей", "ий", "ый", "ой", "ем", "им", "ым", "ом",
    "их", "ых", "ую", "юю", "ая", "яя", "ою", "ею",
  ]
  private static let participlesAfterA = ["ем", "нн", "вш", "ющ", "щ"]
  private static let participles = ["ивш", "ывш", "ующ"]
  private static let verbsAfterA = [
    "йте", "ешь", "нно", "ете", "ла", "на", "ли", "ем", "ло", "но", "ет", "ют", "ны", "ть", "й", "л", "н",
  ]
  private static let verbs = [
    "ейте", "уйте", "ила", "ыла", "ена", "ите", "или", "ыли", "ило", "ыло", "ено", "ует", "уют", "ены", "ить", "ыть",
    "ишь", "ей", "уй", "ил", "ыл", "им", "ым", "ен", "ят", "ит", "ыт", "ую", "ю",
  ]
  private static let nouns = [
    "иями", "ями", "ами", "ией", "иям", "ием", "иях", "ев", "ов", "ие", "ье", "еи", "ии", "ей", "ой", "ий", "ям", "ем",
    "ам", "ом", "ах", "ях", "ию", "ью", "ия", "ья", "а", "е", "и", "й", "о", "у", "ы", "ь", "ю", "я",
  ]
}

private struct Word {
  private(set) var letters: [Character]
  /// Where RV begins: behind the first vowel. Endings are removed inside it only.
  private let rv: Int
  /// Where R2 begins: behind the second pair of vowel and consonant.
  private let r2: Int

  init(_ letters: [Character]) {
    self.letters = letters
    let isVowel = letters.map { "аеиоуыэюя".contains($0) }
    rv = isVowel.firstIndex(of: true).map { $0 + 1 } ?? letters.count
    func region(from start: Int) -> Int {
      guard start + 1 < letters.count else { return letters.count }
      return (start + 1..<letters.count).first { isVowel[$0 - 1] && !isVowel[$0] }.map { $0 + 1 } ?? letters.count
    }
    r2 = region(from: region(from: 0))
  }

  func hasSuffix(_ suffix: String) -> Bool {
    letters.count - rv >= suffix.count && letters.suffix(suffix.count).elementsEqual(suffix)
  }

  mutating func dropLast() { letters.removeLast() }

  /// Removes the longest ending of either list; those of `afterAOrYa` only behind а or я, which stays.
  @discardableResult
  mutating func remove(_ endings: [String], afterAOrYa guarded: [String] = []) -> Bool {
    let plain = endings.first(where: hasSuffix)
    let behindA = guarded.first { ending in
      guard hasSuffix(ending), letters.count - ending.count > rv else { return false }
      let before = letters[letters.count - ending.count - 1]
      return before == "а" || before == "я"
    }
    guard let ending = [plain, behindA].compactMap(\.self).max(by: { $0.count < $1.count }) else { return false }
    letters.removeLast(ending.count)
    return true
  }

  mutating func removeInR2(_ endings: [String]) {
    if let ending = endings.first(where: { hasSuffix($0) && letters.count - $0.count >= r2 }) {
      letters.removeLast(ending.count)
    }
  }
}
