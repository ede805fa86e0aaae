/// Tells in which of a few languages a visitor writes, by script and by the commonest words.
///
/// It would rather say nothing than something wrong: a language wins with two words at least, a fifth of all, and more
/// than any other has. Languages that look like one of ours are known for their words too, only never named.
enum LanguageGuess {
  /// How many of the last texts are looked at, and how many characters of each.
  private static let (mostTexts, mostCharacters) = (5, 300)

  /// A BCP 47 tag (RFC 5646): `en`, `ru`, `uk`, `de`, `fr`, `es`; or nil if it is none of these or not sure.
  static func language(of texts: [String]) -> String? {
    let words = texts.suffix(mostTexts).flatMap { QuestionWords.all(in: $0.prefix(mostCharacters)) }
    let counts = languages.map { language in (language, words.count(where: language.speaks)) }
    guard let (best, count) = counts.max(by: { $0.1 < $1.1 }), count >= 2, count * 5 >= words.count,
      counts.filter({ $0.1 == count }).count == 1
    else { return nil }
    return best.tag
  }

  private struct Language {
    /// Nil for one that only stands in the way of others.
    let tag: String?
    /// Letters that none of its neighbours here has.
    let letters: Set<Character>
    let words: Set<String>

    init(_ tag: String?, letters: String = "", _ words: String) {
      self.tag = tag
      self.letters = Set(letters)
      self.words = Set(QuestionWords.all(in: words))
    }

    func speaks(_ word: String) -> Bool { words.contains(word) || word.contains(where: letters.contains) }
  }

  /// With the words folded as `QuestionWords.all(in:)` folds them; what two languages share stands in both.
  private static let languages = [
    Language(
      "en",
      """
      the a an i you he she it we they me my your our their this that these is are am was were be been have has had do
      does did dont not no yes what where when why how who which can could will would should and or but of to for from
      with in on at by if there any some please help need want get got im ive its cant wont doesnt isnt just about
      hello hi thanks thank
      """),
    Language(
      "de",
      """
      ich du er sie wir ihr mich mir mein meine meinen meiner ihre der die das den dem ein eine einen einer und oder
      aber nicht kein keine ist sind war bin habe haben hat kann konnen mochte will wo was wie wann warum wer welche
      mit von fur auf bei zu zum zur in im an es noch schon auch wenn bitte danke hallo guten
      """),
    Language(
      "fr",
      """
      je tu il elle on nous vous ils me moi mon ma mes votre vos le la les un une des du de et ou mais pas ne est sont
      suis ai avez etes ce cette ca que qui quoi comment pourquoi quand avec pour dans sur en si bonjour merci cest
      jai sil plait puis peux pouvez
      """),
    Language(
      "es",
      """
      yo tu el ella usted ustedes me mi mis su sus el la los las un una de del y o pero no si es son soy esta estoy
      tengo tiene han hay puedo puede quiero necesito que como cuando donde cual quien por para con sin en muy mas ya
      lo le se hola gracias buenos buenas favor
      """),
    Language(
      "ru", letters: "ыэ",
      """
      я вы мы он она они мне меня вас вам нас мой моя мое мои ваш это что как где когда почему зачем кто какой и в не
      на с у по для из но или если уже еще только можно нужно надо есть был была было будет хочу могу может пожалуйста
      здравствуйте привет спасибо
      """),
    Language(
      "uk", letters: "іїєґ",
      """
      я ви ми він вона вони мене вас вам нас мій моя моє мої ваш це що як де коли чому навіщо хто який і й та в у не на
      з по для але або якщо вже ще тільки можна потрібно треба є був була було буде хочу можу може будь ласка вітаю
      привіт дякую
      """),
    // Italian, Portuguese, Dutch, Polish, Swedish; Belarusian, Bulgarian, and what else is written in Cyrillic.
    Language(
      nil,
      """
      io tu lui lei noi voi mi mio mia il lo la i gli le un una di del della e o ma non si sono ho hai e che chi come
      quando dove perche con per in su da al posso voglio vorrei ciao grazie questo
      """),
    Language(
      nil,
      """
      eu tu ele ela voce nos me meu minha seu sua o a os as um uma de do da e ou mas nao sim e sao sou esta estou tenho
      tem posso pode quero preciso que como quando onde qual quem por para com sem em no na ola obrigado obrigada
      """),
    Language(
      nil,
      """
      ik jij je u hij zij wij we mij mijn uw de het een en of maar niet geen ja is zijn ben was heb hebt heeft kan wil
      wat waar wanneer waarom hoe wie met van voor op bij te in er dit dat nog al ook als graag dank hallo
      """),
    Language(
      nil,
      """
      ja ty on ona my wy mnie moj moja moje pan pani i a o w z na do od po za to ten ta nie tak jest sa byl mam ma moge
      chce co jak gdzie kiedy dlaczego kto czy sie ze dla prosze dzien dobry dziekuje
      """),
    Language(
      nil,
      """
      jag du han hon vi ni mig min mitt mina er den det en ett och eller men inte ar var har kan vill vad hur nar
      varfor vem med av for pa i till om att som hej tack
      """),
    Language(
      nil, letters: "ўјљњћђџѓќѕәғқңөұүһ",
      "я вы мы мне мой мая маё ваш гэта што як дзе калі чаму хто і ў не на з для але ці есць ёсць дзякуй добры дзень"),
    Language(
      nil, letters: "ъ",
      """
      аз ти той тя ние вие ми моя моята моите е са съм не да на за от с и или но се си как какво кога къде защо кой ли
      мога може искам има моля благодаря здравейте
      """),
  ]
}
