import Testing

@testable import ConsoleModel

@Suite("TOML")
struct TOMLTests {
  private func value(_ text: String) throws -> TOMLValue? {
    try TOMLDocument(parsing: "key = " + text).entries.first?.value
  }

  @Test(
    arguments: [
      (#""""#, .string("")), (#""a \"b\" \\ \n\t\u00e9\U0001F389""#, .string("a \"b\" \\ \n\té🎉")),
      (#"'C:\no'"#, .string(#"C:\no"#)), ("\"\"\"\none\ntwo\"\"\"", .string("one\ntwo")),
      ("\"\"\"a \\\n   b\"\"\"", .string("a b")), ("'''a'b'''", .string("a'b")),
      ("\"\"\"a\"\"\"\"\"", .string("a\"\"")),
      ("0", .integer(0)), ("-17", .integer(-17)), ("+5", .integer(5)), ("1_000", .integer(1000)),
      ("0xFF", .integer(255)),
      ("0o17", .integer(15)), ("0b101", .integer(5)), ("1.5", .number(1.5)), ("-2e3", .number(-2000)),
      ("true", .boolean(true)), ("false # no", .boolean(false)), ("[]", .array([])),
      ("[1, 2]", .array([.integer(1), .integer(2)])),
      ("[\n  'a', # first\n  'b',\n]", .array([.string("a"), .string("b")])),
      ("[[1], []]", .array([.array([.integer(1)]), .array([])])),
    ] as [(String, TOMLValue)])
  func valuesAreRead(_ text: String, _ expected: TOMLValue) throws {
    #expect(try value(text) == expected)
  }

  @Test func tablesAndKeysMakePaths() throws {
    let document = try TOMLDocument(
      parsing: "\u{FEFF}a = 1\r\nb.c = 2\n[t]\n\"d e\" = 3\n[t . 'u.v']\nf = { g = 4, h.i = 5 }\n")
    #expect(
      document.entries.map(\.path) == [
        ["a"], ["b", "c"], ["t", "d e"], ["t", "u.v", "f", "g"], ["t", "u.v", "f", "h", "i"],
      ])
    #expect(document.entries[2].name == "t.\"d e\"")
    #expect(document.entries[4].keyPosition == TOMLPosition(line: 6, column: 14))
    #expect(document.entries[4].valuePosition == TOMLPosition(line: 6, column: 20))
    #expect(document.headings.map(\.path) == [["t"], ["t", "u.v"]])
  }

  @Test(arguments: [
    ("a", 1, 2, "after a key = is expected"), ("a = ", 1, 5, "a value is expected"),
    ("a = dark", 1, 5, "dark is no value"),
    ("\n\na = \"x", 3, 5, "not closed"), ("a = \"x\ny\"", 1, 5, "not closed on its line"),
    ("a = 1 2", 1, 7, "should end here"),
    ("a = 1\na = 2", 2, 1, "a is there twice"), ("[t]\na=1\n[t]", 3, 1, "[t] is there twice"),
    ("a = 1\n[a]", 2, 1, "a has a value already"), ("a = 1\na.b = 2", 2, 1, "a is no table"),
    ("[t", 1, 3, "not closed with ]"),
    ("[[t]]", 1, 1, "a list of tables"), ("a = [1 2]", 1, 8, ", or ] is expected"),
    ("a = [{}]", 1, 6, "tables in lists"),
    ("a = 01", 1, 5, "01 is no value"), ("a = 1__0", 1, 5, "1__0 is no value"), ("a = 1.", 1, 5, "1. is no value"),
    ("a = 1979-05-27", 1, 5, "is no value"), ("a = nan", 1, 5, "nan is no value"),
    ("a = \"\\q\"", 1, 6, "\\q means nothing"),
    ("a = \"\\ud800\"", 1, 6, "hexadecimal digits"), ("= 1", 1, 1, "a key is expected"),
    ("a = 1 # \u{7}", 1, 9, "control character"),
    ("a = \"\u{1B}[31m\"", 1, 6, "control character"), ("a\rb", 1, 2, "after a key"),
    ("é = 1", 1, 1, "a key is expected"),
    ("a = { b = 1 ", 1, 13, ", or } is expected"), ("a = { b = 1, b = 2 }", 1, 14, "a.b is there twice"),
    ("a = 99999999999999999999999999x", 1, 5, "is no value"),
  ])
  func mistakesAreFoundWhereTheyAre(_ text: String, _ line: Int, _ column: Int, _ reason: String) throws {
    let error = #expect(throws: TOMLError.self) { try TOMLDocument(parsing: text) }
    #expect(error?.position == TOMLPosition(line: line, column: column))
    #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
  }

  @Test func bracketsWithoutEndAreRefused() {
    #expect(throws: TOMLError.self) { try TOMLDocument(parsing: "a = " + String(repeating: "[", count: 100_000)) }
    #expect(throws: TOMLError.self) { try TOMLDocument(parsing: String(repeating: "a = {", count: 100_000)) }
  }

  @Test(arguments: ["plain", "", "\"quotes\" and \\", "línea\nnueva\t\u{1}\u{7F}", "🎉"])
  func textsAreWrittenAsTheyAreRead(_ text: String) throws {
    #expect(try value(TOMLValue.string(text).literal) == .string(text))
    #expect(try TOMLDocument(parsing: TOMLValue.key(text) + " = 1").entries.first?.path == [text])
  }
}
