import Testing

@testable import ChatServer

@Suite struct LanguageGuessTests {
  @Test(arguments: [
    ("en", "Where is my order?"), ("en", "I need help with a refund"), ("en", "hi, can you talk to me please"),
    ("en", "Hallo, where is my order from Müller GmbH & Co?"),
    ("de", "Wo ist meine Bestellung?"), ("de", "Ich möchte mit einem Menschen sprechen"),
    ("de", "Guten Tag, können Sie mir helfen?"),
    ("fr", "Où est ma commande ?"), ("fr", "Je voudrais parler à un conseiller, s'il vous plaît"),
    ("fr", "Bonjour, c'est pour un remboursement"),
    ("es", "¿Dónde está mi pedido?"), ("es", "Hola, quiero hablar con una persona"),
    ("es", "No puedo entrar en mi cuenta"),
    ("ru", "Где мой заказ?"), ("ru", "Здравствуйте, как мне вернуть деньги"), ("ru", "Хочу вернуть эту куртку"),
    ("uk", "Де моє замовлення?"), ("uk", "Добрий день, як повернути гроші за куртку"),
    ("uk", "Потрібна допомога, будь ласка"),
  ])
  func isKnown(language: String, text: String) {
    #expect(LanguageGuess.language(of: [text]) == language)
    #expect(LanguageGuess.language(of: [text.uppercased()]) == language)
  }

  @Test(arguments: [
    "", "ok", "person", "hello", "12345 / 67", "???", "🙂🙂", "iPhone 15 Pro Max 256 GB", "привет", "заказ 77",
    // Neighbours.
    "Dov'è il mio ordine? Vorrei parlare con una persona", "Onde está o meu pedido? Quero falar com uma pessoa",
    "Waar is mijn bestelling? Ik wil met iemand praten", "Gdzie jest moje zamówienie? Czy mogę to zwrócić",
    "Var är min beställning? Jag vill prata med en människa",
    "Добры дзень, дзе мой заказ?", "Здравейте, къде е моята поръчка и как мога да я върна?",
    "Где је моја поруџбина, како да вратим новац?", "Сәлем, менің тапсырысым қайда?",
    "注文はどこですか", "أين طلبي", "Πού είναι η παραγγελία μου;", "Siparişim nerede, bana yardım eder misiniz",
  ])
  func isNotSure(text: String) {
    #expect(LanguageGuess.language(of: [text]) == nil)
  }

  @Test func theLastTextsCount() {
    #expect(LanguageGuess.language(of: ["ok", "12345", "Где мой заказ?"]) == "ru")
    let german = Array(repeating: "Wo ist meine Bestellung?", count: 9)
    #expect(LanguageGuess.language(of: german + Array(repeating: "Where is my order?", count: 5)) == "en")
    #expect(LanguageGuess.language(of: ["Where is my order?", "Wo ist meine Bestellung?"]) == nil)
    // One text however long.
    #expect(LanguageGuess.language(of: [String(repeating: "where is my order ", count: 100_000)]) == "en")
  }
}
