extension PersonRequestLexicon {
  /// All languages; each clause is read with each of them.
  static let all = [english, russian, ukrainian, german, french, spanish]

  static let english = PersonRequestLexicon(
    named: """
      human humans person agent agents operator operators representative representatives rep reps manager managers
      supervisor consultant advisor adviser specialist employee
      """,
    indefinite: "someone somebody anyone anybody people",
    departments: "support staff team service member members",
    talking: """
      talk talking speak speaking chat chatting connect transfer forward redirect escalate switch hand pass put
      """,
    wanting: "want wants wanted need needs require prefer like get give bring call fetch find reach ask request demand",
    fillers: """
      a an the any some one of your our real live actual true living breathing human proper physical different another
      other senior qualified to with through over onto on up back me us please now just directly customer sales
      technical help desk this it from i id we you really still kindly urgently
      """,
    followers: """
      there instead directly first soon again then being beings and or not no about for from who that which regarding because at in on of as if when
      with via by over i we you is available needed required
      """,
    urgencies:
      "please pls plz now here today asap immediately right urgently quickly being hello hi hey ok thanks thank",
    purposes: "to",
    services: """
      help assist look check answer call contact talk speak chat explain reply respond take see read handle review tell
      confirm write deal join fix solve clarify resolve investigate arrange sort
      """,
    modals: "can could may might would will should let have",
    negations: "dont not never no without doesnt didnt wont nor neither",
    complaints: "why can could",
    rejections: "dont not no stop hate enough tired without another",
    claims: "im am is are was",
    bots: "bot bots chatbot chatbots robot robots machine ai",
    conjunctions: "but",
    idioms: [
      "anybody there", "anyone there", "is there anybody", "is there anyone", "is there a human", "is there a person",
      "is there a real person", "is there a live person", "are there any humans", "human support", "human help",
    ],
    verbMayFollow: false)

  static let russian = PersonRequestLexicon(
    named: """
      человек человека человеку человеком человеке оператор* менеджер* консультант* специалист* сотрудник* сотрудниц*
      представител* администратор* начальник* руководител*
      """,
    indefinite: "нибудь либо люди людьми людей кто кем",
    departments: "поддержк* отдел отделом служб*",
    talking: """
      говорить поговорить поговорю поговорим общаться пообщаться соедини* соединить переключи* переведи* переведите
      перевести подключи* свяжи* связаться связать дозвониться позови* позвать зовите зови пригласи* вызови* вызвать
      """,
    wanting: "нужен нужна нужно нужны надо хочу хочется хотел хотела хотелось хотим дайте дай можно требую прошу жду",
    fillers: """
      с со к ко на до мне меня нам нас я мы бы пожалуйста живым живого живой живому живыми настоящ* реальн* нормальн*
      обычн* ваш* любым любого любому любой каким каким какого какому то кого кому уже срочно очень сейчас лично
      именно свободн* другим другого другому старшим старшего компетентн* техническ* по работе клиентами просто
      немедленно пусть наконец
      """,
    followers: """
      пожалуйста плиз срочно сейчас немедленно уже наконец и или не чтобы который которая кто по в во на из с у от для
      про насчет здесь тут сюда есть
      """,
    urgencies: "срочно плиз здравствуйте привет",
    services: """
      поможет помочь помогите ответит ответить ответьте посмотрит посмотреть проверит проверить объяснит объяснить
      позвонит позвонить перезвонит перезвонить свяжется связаться подскажет подсказать разберется разобраться решит
      """,
    modals: "может могут мог могла могли пусть пускай ли",
    negations: "не без нет ни",
    complaints: "почему чего",
    rejections: "не хватит надоел* достал* без",
    claims: "я ты это",
    bots: "бот бота боту ботом боты ботами ботов робот робота роботу роботом роботами роботов автоответчик*",
    conjunctions: "но а",
    idioms: [
      "есть кто живой", "есть кто нибудь", "кто нибудь есть", "кто нибудь тут", "есть тут кто", "есть живые",
      "робот мне не", "бот мне не",
    ],
    verbMayFollow: true)

  static let ukrainian = PersonRequestLexicon(
    named: "людина людину людиною людини оператор* менеджер* консультант* спеціаліст* співробітник* представник*",
    indefinite: "хтось кимось когось",
    departments: "підтримк*",
    talking: "говорити поговорити спілкуватися поспілкуватися зєднайте зєднати переключіть покличте звязатися",
    wanting: "потрібен потрібна потрібно треба хочу хотів хотіла дайте можна прошу",
    fillers:
      "з із зі до мені мене нам я ми б би будь ласка живою живого живим справжн* вашим вашого якимось зараз терміново",
    followers: "будь зараз терміново і та або не щоб який яка хто з у в на",
    negations: "не без ні",
    conjunctions: "але а",
    verbMayFollow: true)

  static let german = PersonRequestLexicon(
    named: "mensch menschen mitarbeiter mitarbeiterin person berater beraterin kundenberater ansprechpartner",
    indefinite: "jemand jemanden jemandem",
    departments: "kundendienst kundenservice support",
    talking: "sprechen reden chatten verbinden verbinde verbinden telefonieren",
    wanting: "mochte will brauche hatte benotige",
    fillers: """
      mit einem einer einen ein eine zu dem der den echten echter echte richtigen menschlichen lebenden bitte mir mich
      ich gern gerne ihrem ihren jetzt sofort kann konnte konnen sie
      """,
    followers: "bitte jetzt sofort und oder der die wegen uber zu mit in",
    negations: "nicht kein keinen keine keinem ohne",
    conjunctions: "aber sondern",
    verbMayFollow: true)

  static let french = PersonRequestLexicon(
    named: "humain humaine personne conseiller conseillere agent operateur operatrice representant",
    indefinite: "quelquun",
    departments: "support service",
    talking: "parler discuter passer passez communiquer contacter",
    wanting: "veux voudrais besoin souhaite aimerais",
    fillers: "a un une dun dune avec de d le la l moi me je vrai vraie reel reelle votre vos etre svp client en",
    followers: "svp sil merci maintenant tout et ou pour qui de au",
    negations: "pas sans ni",
    conjunctions: "mais",
    verbMayFollow: false)

  static let spanish = PersonRequestLexicon(
    named: "humano humana persona agente operador operadora asesor asesora representante",
    indefinite: "alguien",
    departments: "soporte",
    talking: "hablar comunicarme comunicar conectarme conectame chatear pasame paseme pasarme contactar",
    wanting: "quiero necesito quisiera deseo",
    fillers: "con un una a al el la me ser de su algun alguna verdadero verdadera",
    followers: "por ahora ya real humana y o para que de verdad en",
    negations: "no sin ni",
    conjunctions: "pero",
    verbMayFollow: false)
}
