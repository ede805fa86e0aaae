public import ChatProtocol
import Foundation

extension Timestamp {
  /// The system's wall clock, for the shells: what is pure is told the time.
  public static func now() -> Timestamp {
    Timestamp(milliseconds: Int64((Date().timeIntervalSince1970 * 1000).rounded(.down)))
  }
}
