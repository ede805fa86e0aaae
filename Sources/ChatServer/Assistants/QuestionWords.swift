import Foundation

/// Text as the words that matter for finding it.
enum QuestionWords {
  /// All words of a text in order, folded: lower case, no diacritics (й stays й), no apostrophes (`don't` is `dont`).
  static func all(in text: some StringProtocol) -> [String] {
    text.lowercased().filter { !"'’ʼ".contains($0) }.precomposedStringWithCanonicalMapping
      .replacing("ё", with: "е")
      .split { !$0.isLetter && !$0.isNumber }
      .map {
        $0.unicodeScalars.allSatisfy(\.isCyrillic)
          ? String($0) : $0.folding(options: .diacriticInsensitive, locale: nil)
      }
  }

  /// What is put into the index and looked up in it: Russian words by their stems; other words as they are, since the
  /// index's own tokenizer stems English.
  static func terms(in text: some StringProtocol) -> [String] {
    all(in: text).map { $0.unicodeScalars.allSatisfy(\.isCyrillic) ? RussianStemmer.stem($0) : $0 }
  }

  /// A term of a question.
  struct Term: Hashable, Sendable {
    /// The word as it is looked up.
    var text: String
    /// Whether it tells what the question is about. One that does not can still tell two answers apart: "where is my
    /// order" and "cancel my order".
    var isSignificant: Bool
  }

  /// The terms of a question, each once, at most `limit`.
  static func question(_ text: some StringProtocol, limit: Int) -> [Term] {
    var seen: Set<String> = []
    return zip(all(in: text), terms(in: text)).lazy
      .filter { !courtesies.contains($0.0) && seen.insert($0.1).inserted }
      .prefix(limit)
      .map { Term(text: $0.1, isSignificant: !functionWords.contains($0.0)) }
  }

  /// Whether a message asks nothing: it greets, thanks, agrees or takes leave, or holds no word at all.
  static func isCourtesy(_ text: some StringProtocol) -> Bool {
    !text.contains("?")
      && all(in: text).allSatisfy {
        courtesies.contains($0) || courtesyCompanions.contains($0) || functionWords.contains($0)
      }
  }

  /// Words that hold a sentence together and say nothing of its subject.
  private static let functionWords = words(
    """
    a an the this that these those there here it its i im ive id me my mine myself we our ours us you your yours youre
    he she him her his they them their and or but so if then than as at by for from in into of off on onto out over to
    up with about after before again just only also too very really still even any some no not nor
    is are was were be been being am isnt arent wasnt do does did doing done doesnt dont didnt has have had having
    havent hasnt can could will would shall should may might must cant couldnt wont wouldnt
    what which who whom whose when where why how whats much many
    tell know say said let please want need like get got give go going see look thing things something anything one
    и а но или да нет не ни же ли бы б то что чтобы это этот эта эти этого этой тот та те как так там тут здесь где
    когда куда откуда сколько почему зачем кто кого кому чем чего чему какой какая какое какие каких какую какого
    я ты вы мы он она оно они мне меня мной тебя тебе вас вам вами нас нам нами его ее их ему ей им
    мой моя мое мои моего моей моему моих мою моим ваш ваша ваше ваши вашего вашей ваших вашу свой своя свое свои свою
    у к ко о об от до по за из изо на над под при про с со в во без для через
    быть есть был была было были будет будут буду если уже еще только просто очень тоже также все всё весь вся
    можно могу может можете мочь нужно надо нужен нужна хочу хотел хотела хотелось знать узнать скажите сказать
    подскажите расскажите ну вот
    """)

  /// Words of politeness, in the languages that visitors greet and thank in: they neither ask nor answer.
  private static let courtesies = words(
    """
    hello hi hey hiya dear greetings thanks thank thx ty cheers ta bye goodbye ciao ok okay okey yes yeah yep yup
    wow haha lol oh ah hmm
    здравствуйте здравствуй привет спасибо благодарю пожалуйста ладно ок окей ага угу
    danke hallo tschuss schonen guten tag morgen abend merci bonjour bonsoir salut beaucoup grazie mille buongiorno
    arrivederci prego gracias hola adios muchas buenos dias obrigado obrigada ola dziekuje dzien dobry czesc diky dekuji
    dobry den ahoj aciu labas paldies sveiki takk tack tak hei hej dank je wel hoi kiitos moi aitah tere дякую вітаю
    谢谢 謝謝 你好 您好 ありがとう
    """)

  /// Words that are polite in polite company only: "good morning", but "a good tent".
  private static let courtesyCompanions = words(
    """
    good morning afternoon evening day night sure fine great perfect super cool nice lovely brilliant awesome excellent
    wonderful amazing sorry lot appreciate appreciated help helped helpful welcome understood clear alright right
    everybody all well again later weekend best soon tomorrow today
    monday tuesday wednesday thursday friday saturday sunday
    добрый доброе доброго день утро вечер вечера дня времени суток большое огромное хорошо понятно понял поняла ясно
    отлично супер здорово класс свидания пока хорошего удачи помощь помогли всего выходных
    """)

  private static func words(_ text: String) -> Set<String> {
    Set(all(in: text))
  }
}

extension Unicode.Scalar {
  /// A letter of the basic Cyrillic block.
  fileprivate var isCyrillic: Bool { (0x0400...0x04FF).contains(value) }
}
