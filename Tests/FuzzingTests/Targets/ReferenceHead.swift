@testable import WebSocket

/// An HTTP head by a second reading of RFC 9112, kept apart from the module's: split at the line ends, byte by byte.
struct ReferenceHead {
  var startLine: String
  var fields: [(name: String, value: String)] = []
  /// Where the head ends in the bytes.
  var end: Int

  /// The head that counts in `bytes`: behind interim answers (1xx but 101), if there are any.
  init(lastOf bytes: ArraySlice<UInt8>) throws(BrokenInvariant) {
    var lines: [ArraySlice<UInt8>] = []
    var start = bytes.startIndex
    for index in bytes.indices.dropFirst() where bytes[index] == 10 && bytes[index - 1] == 13 {
      lines.append(bytes[start..<index - 1])
      start = index + 1
      guard lines.last?.isEmpty == true else { continue }
      let first = String(decoding: lines[0], as: UTF8.self)
      if first.hasPrefix("HTTP/1."), first.dropFirst(8).hasPrefix(" 1"), !first.dropFirst(8).hasPrefix(" 101") {
        lines = []
        continue
      }
      startLine = first
      end = start
      for line in lines.dropFirst().dropLast() { try append(line) }
      return
    }
    throw BrokenInvariant(description: "no head in \"\(String(decoding: bytes, as: UTF8.self))\"")
  }

  private mutating func append(_ line: ArraySlice<UInt8>) throws(BrokenInvariant) {
    let isText = line.allSatisfy { $0 >= 32 && $0 != 127 || $0 == 9 }
    guard isText, let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex else {
      throw BrokenInvariant(description: "no header line: \"\(String(decoding: line, as: UTF8.self))\"")
    }
    let name = line[..<colon]
    let blanks: [UInt8] = [9, 32]
    var value = line[(colon + 1)...].drop(while: blanks.contains)
    while let last = value.last, blanks.contains(last) { value.removeLast() }
    try invariant(
      !name.contains { $0 <= 32 || $0 >= 127 }, "a header named \"\(String(decoding: name, as: UTF8.self))\"")
    fields.append((String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self)))
  }

  /// The values of the lines with that name, which is in lower case here.
  func values(of name: String) -> [String] {
    fields.filter { $0.name.lowercased() == name }.map(\.value)
  }

  /// Whether the module has read the same: a field more or less is how requests are smuggled.
  func check(_ read: HeaderFields) throws(BrokenInvariant) {
    let isSame = fields.elementsEqual(read.fields) {
      $0.name.utf8.elementsEqual($1.name.utf8) && $0.value.utf8.elementsEqual($1.value.utf8)
    }
    try invariant(isSame, "\(fields) is read as \(read.fields)")
  }
}
