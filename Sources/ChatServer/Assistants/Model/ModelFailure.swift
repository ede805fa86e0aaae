/// Why a model gave no answer.
enum ModelFailure: Error, Sendable, Hashable {
  /// No connection, or it broke off.
  case unreachable
  /// The endpoint answered with this HTTP status.
  case status(Int)
  /// An error came in the stream.
  case broken
  /// It took longer than it may.
  case tooSlow
  /// What came is no chat completion.
  case garbled
  /// More came than an answer may have.
  case tooLong
  /// Nothing was said.
  case empty
  /// The model, or a filter behind it, refused.
  case refused
  /// The answer ends in the middle: the model's own limit was reached.
  case cutShort
  /// Too many questions wait already.
  case busy
  /// The assistant's settings do not work: its key cannot be read.
  case misconfigured
}

extension ModelFailure: CustomStringConvertible {
  /// The rest of the sentence "the assistant could not answer: …".
  var description: String {
    switch self {
    case .unreachable: "it could not be reached"
    case .status(429): "it is asked too much"
    case .status(let code): "it failed with the status \(code)"
    case .broken: "it failed while it answered"
    case .tooSlow: "it took too long"
    case .garbled: "its answer could not be read"
    case .tooLong: "its answer was too long"
    case .empty: "it said nothing"
    case .refused: "it refused"
    case .cutShort: "its answer was cut short"
    case .busy: "too many questions waited for it"
    case .misconfigured: "it is not set up"
    }
  }

  /// Whether it may be otherwise at the next try. What took too long is not tried again: the visitor has waited.
  var isTransient: Bool {
    switch self {
    case .unreachable, .broken, .status(408), .status(429), .status(500...599): true
    case .status, .tooSlow, .garbled, .tooLong, .empty, .refused, .cutShort, .busy, .misconfigured: false
    }
  }
}
