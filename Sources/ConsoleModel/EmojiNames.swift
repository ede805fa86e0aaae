/// Short names of emoji, as chats write them: `:tada:`. The ones that people write to customers with, not all there are.
enum EmojiNames {
  /// The emoji of a name; nil for none.
  static func emoji(named name: String) -> String? { table[name] }

  /// The names that begin with a text, in order.
  static func names(beginningWith start: String) -> [String] {
    names.filter { $0.hasPrefix(start) }
  }

  private static let names = table.keys.sorted()

  private static let table: [String: String] = [
    "+1": "👍", "-1": "👎", "100": "💯", "alarm": "⏰", "angry": "😠", "arrow_down": "⬇️", "arrow_left": "⬅️",
    "arrow_right": "➡️", "arrow_up": "⬆️", "baby": "👶", "bell": "🔔", "birthday": "🎂", "blush": "😊", "bomb": "💣",
    "book": "📖", "bow": "🙇", "bug": "🐛", "bulb": "💡", "calendar": "📅", "camera": "📷", "car": "🚗", "cat": "🐱",
    "chart": "📈", "check": "✅", "clap": "👏", "clipboard": "📋", "clock": "🕐", "cloud": "☁️", "coffee": "☕",
    "computer": "💻", "confused": "😕", "construction": "🚧", "credit_card": "💳", "crossed_fingers": "🤞", "cry": "😢",
    "dog": "🐶", "email": "📧", "euro": "💶", "exclamation": "❗", "eyes": "👀", "fire": "🔥", "flag": "🚩",
    "flower": "🌸", "folder": "📁", "gear": "⚙️", "gift": "🎁", "globe": "🌍", "grin": "😁", "hammer": "🔨",
    "handshake": "🤝", "heart": "❤️", "hourglass": "⏳", "house": "🏠", "hug": "🤗", "hundred": "💯", "info": "ℹ️",
    "joy": "😂", "key": "🔑", "laughing": "😆", "link": "🔗", "lock": "🔒", "mag": "🔍", "mailbox": "📬", "memo": "📝",
    "money": "💰", "moon": "🌙", "muscle": "💪", "no_entry": "⛔", "ok": "🆗", "ok_hand": "👌", "package": "📦",
    "partying": "🥳", "pencil": "✏️", "phone": "📞", "pin": "📌", "plane": "✈️", "point_down": "👇", "point_left": "👈",
    "point_right": "👉", "point_up": "👆", "pray": "🙏", "printer": "🖨️", "question": "❓", "rainbow": "🌈",
    "raised_hands": "🙌", "receipt": "🧾", "recycle": "♻️", "rocket": "🚀", "rose": "🌹", "sad": "😞", "scream": "😱",
    "shield": "🛡️", "ship": "🚢", "shopping": "🛍️", "shrug": "🤷", "sleeping": "😴", "smile": "😄", "smiley": "😃",
    "snow": "❄️", "sob": "😭", "sos": "🆘", "sparkles": "✨", "star": "⭐", "stop": "🛑", "sun": "☀️", "sunglasses": "😎",
    "sweat_smile": "😅", "tada": "🎉", "thinking": "🤔", "thumbsdown": "👎", "thumbsup": "👍", "ticket": "🎫", "tool": "🔧",
    "train": "🚆", "trash": "🗑️", "trophy": "🏆", "truck": "🚚", "umbrella": "☔", "unlock": "🔓", "warning": "⚠️",
    "wave": "👋", "white_check_mark": "✅", "wink": "😉", "worried": "😟", "wrench": "🔧", "x": "❌", "yum": "😋",
    "zap": "⚡", "zzz": "💤",
  ]
}
