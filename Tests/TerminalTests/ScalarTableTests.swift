import CTerminal
import Glibc
import Terminal
import Testing

@testable import ConsoleView

/// The sanitiser's table against the C library's `wcwidth` and the standard library's Unicode properties.
///
/// To make the table again, after a change of the rules or for a newer glibc:
/// `CHATAI_WRITE_SCALAR_TABLE=1 swift test --filter ScalarTableTests`.
@Suite("Table of scalars")
struct ScalarTableTests {
  /// The rule: what `wcwidth` measures, but nothing that is no visible character.
  private static func expected(_ value: UInt32) -> ScalarClass {
    guard let scalar = Unicode.Scalar(value) else { return .refused }
    if scalar.properties.isDefaultIgnorableCodePoint { return .refused }
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator:
      return .refused
    default:
      switch ct_width(scalar.value) {
      case 0: return .combining
      case 1: return .narrow
      case 2: return .wide
      default: return .refused
      }
    }
  }

  private static func expectedRuns() -> [UInt32] {
    var runs: [UInt32] = []
    var last: ScalarClass?
    for value in UInt32(0)...0x10_FFFF {
      let next = expected(value)
      if next != last { runs.append(value << 2 | UInt32(next.rawValue)) }
      last = next
    }
    return runs
  }

  @Test(
    "The table is what the rule makes of glibc 2.36",
    .enabled(if: libraryVersion() == "glibc 2.36"))
  func table() throws {
    let runs = Self.expectedRuns()
    if getenv("CHATAI_WRITE_SCALAR_TABLE") != nil { try Self.write(runs) }
    #expect(scalarRuns == runs)
  }

  @Test("Lookup agrees with the runs at each of their ends")
  func lookup() {
    for (index, run) in scalarRuns.enumerated() {
      let end = index + 1 < scalarRuns.count ? scalarRuns[index + 1] >> 2 : 0x11_0000
      for value in [run >> 2, end - 1] {
        guard let scalar = Unicode.Scalar(value) else { continue }
        #expect(ScalarClass(scalar).rawValue == UInt8(run & 3))
      }
    }
  }

  @Test("No scalar is shown wider or narrower than this system's wcwidth has it")
  func systemAgrees() {
    // A newer C library may know characters that the table refuses; it must not differ on those it shows.
    for value in UInt32(0)...0x10_FFFF {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let width = ct_width(scalar.value)
      switch ScalarClass(scalar) {
      case .refused: break
      case .combining: if width != 0 { Issue.record("U+\(String(value, radix: 16)): \(width), not 0") }
      case .narrow: if width != 1 { Issue.record("U+\(String(value, radix: 16)): \(width), not 1") }
      case .wide: if width != 2 { Issue.record("U+\(String(value, radix: 16)): \(width), not 2") }
      }
    }
  }

  private static func write(_ runs: [UInt32]) throws {
    var text = """
      // Made by TerminalTests' `ScalarTableTests` (see there how to make it again): the allow-list of Unicode scalars
      // with the widths of glibc 2.36's `wcwidth` in C.UTF-8. Do not edit.

      // swift-format-ignore
      /// Starts of the runs of equal ``ScalarClass``, ascending, each as `first scalar << 2 | class`.
      let scalarRuns: [UInt32] = [

      """
    for start in stride(from: 0, to: runs.count, by: 10) {
      let line = runs[start..<min(start + 10, runs.count)].map { "0x" + String($0, radix: 16) }
      text += "  " + line.joined(separator: ", ") + ",\n"
    }
    text += "]\n"
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let path = "/\(root)/Sources/ConsoleView/Text/ScalarTable.swift"
    let file = try #require(fopen(path, "w"))
    defer { fclose(file) }
    fputs(text, file)
  }
}

private func libraryVersion() -> String {
  var text = [CChar](repeating: 0, count: 64)
  let length = confstr(Int32(_CS_GNU_LIBC_VERSION), &text, text.count)
  return String(decoding: text.prefix(max(0, length - 1)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
