import Testing

@testable import ChatServer

@Suite struct RussianStemmerTests {
  /// Words and stems of the Snowball project's own vocabulary for Russian.
  @Test(arguments: [
    ("в", "в"), ("вавиловка", "вавиловк"), ("вагнера", "вагнер"), ("вагон", "вагон"), ("вагоне", "вагон"),
    ("важная", "важн"), ("важнее", "важн"), ("важнейшие", "важн"), ("важничал", "важнича"), ("важности", "важност"),
    ("важностию", "важност"), ("вакханка", "вакханк"), ("валандался", "валанда"), ("валентина", "валентин"),
    ("валериановых", "валерианов"), ("валились", "вал"), ("валяется", "валя"), ("валялась", "валя"),
    ("п", "п"), ("па", "па"), ("пава", "пав"), ("павел", "павел"), ("падаль", "падал"), ("падающий", "пада"),
    ("падучая", "падуч"), ("пакостей", "пакост"), ("палатка", "палатк"),
  ])
  func stems(word: String, stem: String) {
    #expect(RussianStemmer.stem(word) == stem)
  }

  @Test func takesAnythingThatIsAWord() {
    for word in ["", "ь", "ъъъ", "ннннн", "ввввв", "аааааа", "яся", "hello", String(repeating: "ость", count: 1000)] {
      #expect(RussianStemmer.stem(word).count <= word.count)
    }
  }
}
