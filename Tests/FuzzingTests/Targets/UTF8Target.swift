@testable import WebSocket

/// Text as it arrives: the standard library's verdict, whatever the cuts, and fails at the very byte after which no
/// text is possible any more, neither later nor earlier.
func fuzzUTF8(_ bytes: UnsafeRawBufferPointer) throws(BrokenInvariant) {
  var input = FuzzInput(bytes)
  let size = 1 + Int(input.decide() & 0x3F)
  let wire = input.wire
  let isText = String(validating: wire, as: UTF8.self) != nil

  var validator = UTF8Validator()
  var isAccepted = true
  wire.inReads(of: [wire.count]) { read in
    isAccepted = read.withUnsafeBytes { validator.validate($0) }
    return isAccepted
  }
  try invariant((isAccepted && validator.isComplete) == isText, "\(wire) is text: \(isText)")

  var cut = UTF8Validator()
  var isCutAccepted = true
  wire.inReads(of: [size]) { read in
    isCutAccepted = read.withUnsafeBytes { cut.validate($0) }
    return isCutAccepted
  }
  try invariant(isCutAccepted == isAccepted, "\(wire) in pieces of \(size) is accepted: \(isCutAccepted)")
  if isAccepted { try invariant(cut.isComplete == validator.isComplete, "\(wire) in pieces of \(size) ends elsewhere") }

  var bytewise = UTF8Validator()
  let failure = wire.firstIndex { byte in [byte].withUnsafeBytes { !bytewise.validate($0) } }
  try invariant((failure == nil) == isAccepted, "\(wire) byte by byte fails at \(String(describing: failure))")
  let kept = failure ?? wire.count
  try invariant(mayBecomeText(wire[..<kept]), "\(wire) should have failed before \(kept)")
  if let failure { try invariant(!mayBecomeText(wire[...failure]), "\(wire) fails at \(failure), too early") }
}

/// Whether some text begins with `prefix`, by trying: the second byte of a character is 80, 90 or A0 in one of its
/// allowed ranges at least, and any further one may be 80.
func mayBecomeText(_ prefix: ArraySlice<UInt8>) -> Bool {
  if String(validating: prefix, as: UTF8.self) != nil { return true }
  let lastCharacter = prefix.suffix(3).lastIndex { $0 & 0xC0 == 0xC0 } ?? prefix.endIndex
  guard String(validating: prefix[..<lastCharacter], as: UTF8.self) != nil else { return false }
  let further: [[UInt8]] = [[], [0x80], [0x80, 0x80]]
  return further.contains { further in
    String(validating: prefix[lastCharacter...] + further, as: UTF8.self) != nil
      || [0x80, 0x90, 0xA0].contains { second in
        String(validating: prefix[lastCharacter...] + [second] + further, as: UTF8.self) != nil
      }
  }
}
