import Testing

@testable import ChatServer

@Suite struct PersonRequestDetectorTests {
  private let detector = PersonRequestDetector()

  @Test(arguments: [
    // English: talking to
    "I want to talk to a human", "can i speak to someone?", "Let me talk to a real person please",
    "I'd like to speak with an agent", "Could I chat with a live representative?", "connect me to an operator",
    "Transfer me to your manager now", "please put me through to customer support", "escalate this to a supervisor",
    "I need to speak to one of your team members", "How can I talk to somebody?",
    "I wish to talk to people, not machines",
    "I would much rather... can I just talk to a person", "Hi there! My order is late. I want to speak with someone",
    "switch me over to a human agent", "hand me over to support staff", "let me speak to the manager!!!",
    "I can't talk to anyone here", "talk to agent", "Speak to a person", "i wanna talk to a human",
    // English: wanting
    "I need a human", "give me a real person", "I need an agent, my card was charged twice", "get me a human being.",
    "Get your manager", "I want a person who understands me", "I'd like a human, please", "need human asap",
    "I need someone to help me", "call an operator", "I want a human about my order",
    // English: nothing but the person, and other shapes
    "operator", "Agent!", "HUMAN PLEASE", "real person", "a human being please", "Representative. Representative!",
    "Is there a human there?", "is anybody there", "Could a human look into order TF-19820?",
    "Can an agent call me back?", "Please have someone call me", "could a real person look at the photos?",
    "Could somebody please help me with this?", "Can I ask a human to clarify this?",
    // English: the opposite negated, and complaints
    "I don't want to talk to a bot", "stop this bot", "no robots please", "I don't want a bot, I want a human",
    "Why don't you connect me to a person?", "I can not reach a human", "not a bot but a human please",
    // Russian
    "Позовите человека, пожалуйста", "оператор", "Оператора!", "хочу поговорить с человеком", "соедините с оператором",
    "Можно мне живого человека?", "Переключите меня на менеджера", "нужен оператор", "Мне нужен живой оператор срочно",
    "дайте оператора", "С оператором соедините", "человек нужен", "Свяжите меня со специалистом поддержки",
    "Позовите кого-нибудь", "не хочу говорить с ботом", "Есть кто живой?", "Кто-нибудь может ответить?",
    "Может ли оператор посмотреть мой заказ?", "Не могу дозвониться до оператора",
    "Почему нельзя поговорить с человеком?",
    "не бот, а человек нужен", "Пусть мне ответит сотрудник", "Подключите, пожалуйста, консультанта",
    "Здравствуйте! Хотелось бы пообщаться с менеджером", "позовите сотрудника",
    // Others
    "Ich möchte mit einem Menschen sprechen", "Bitte verbinden Sie mich mit einem Mitarbeiter",
    "Je veux parler à un humain",
    "Puis-je parler à quelqu'un ?", "Quiero hablar con una persona", "Necesito un agente humano",
    "З'єднайте з оператором", "Хочу поговорити з людиною",
  ])
  func hearsTheWish(_ text: String) {
    let isHeard = detector.asksForPerson(text)
    #expect(isHeard)
  }

  @Test(arguments: [
    // The words, but not the wish
    "I want to talk about personal data", "I need a two person tent", "tent for 4 persons",
    "I need a human readable invoice",
    "Can someone else pick up my order?", "Can somebody else collect it?", "Do I need someone to sign for the parcel?",
    "I want a gift for a person who has everything", "Do you have a student or rescue team discount?",
    "What does the customer service cost?", "Is customer service open on Sunday?", "How do I contact support?",
    "I am a manager at ACME", "my manager bought this jacket", "I'm not a robot", "Are you a bot?", "are you human?",
    "Does a person have to be at home for delivery?", "I need a manager account", "human resources",
    "travel agent discount",
    "personally I like it", "Which agents do you use for washing down?", "the operator of the lift broke my ski",
    "support", "I need support poles for the tent", "someone told me it is free", "people say your tents leak",
    // Negated
    "I don't want a human", "I do not need to talk to a person", "no human needed", "don't connect me to an operator",
    "I'd rather not speak to anyone", "without an agent please", "I never wanted to talk to a manager",
    "Please don't call a human", "there is no need for a human",
    // Russian
    "Сколько человек вмещает палатка?", "палатка на два человека", "не нужен оператор", "оператор мне не нужен",
    "Не хочу говорить с оператором", "не надо звать человека", "без оператора, пожалуйста",
    "какой у вас оператор связи",
    "Как удалить личные данные?", "Права человека", "Может ли забрать другой человек?", "Я не робот", "ты человек?",
    "Мне сказали, что доставка бесплатная", "Нужна поддержка спины", "рюкзак нужен на каждый день",
    "менеджер паролей не сохраняет пароль", "Нужен коврик для одного человека",
    // Others
    "Ich will keinen Menschen", "Je ne veux pas parler à un humain", "No quiero hablar con una persona",
    "Wie lange dauert der Versand?", "Combien coûte la livraison ?", "Не хочу говорити з оператором",
    // Nothing at all
    "", " ", "?", "🙂", "...", "\u{0}",
  ])
  func hearsNoWish(_ text: String) {
    let isHeard = detector.asksForPerson(text)
    #expect(!isHeard)
  }

  @Test func readsTheBeginningOfAHugeMessageOnly() {
    #expect(detector.asksForPerson("I want a human. " + String(repeating: "please ", count: 150_000)))
    #expect(!detector.asksForPerson(String(repeating: "talk to the ", count: 90_000)))
  }
}
