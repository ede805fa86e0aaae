import Foundation
import GRDB

/// Sections of text that can be searched by a question.
///
/// An FTS5 index in memory: it is made anew from the files at each start, so it can never lag behind them. English is
/// stemmed by FTS5's Porter tokenizer, Russian before it comes here.
struct KnowledgeBase: Sendable {
  /// A section and how well it fits.
  struct Hit: Sendable, Hashable {
    var section: MarkdownSection
    /// The share of the question that the section is about, 0 to 1; see `KnowledgeBase.hit(for:)`.
    var coverage: Double
  }

  /// The longest beginning of a question that is looked at, in Unicode scalars.
  static let longestQuestion = 4000
  /// The most terms of a sentence that are looked up.
  static let mostTerms = 24
  /// The most sentences of a question that are looked up.
  static let mostSentences = 12

  private let index: DatabaseQueue
  private let sections: [MarkdownSection]

  /// Indexes the Markdown files (`*.md`) of a folder and the folders in it.
  ///
  /// - Throws: `PathError` if there is none.
  init(directory: URL) throws {
    let path = directory.path(percentEncoded: false)
    let names = (FileManager.default.enumerator(atPath: path)?.allObjects ?? []).compactMap { $0 as? String }
    let documents = try names.filter { $0.hasSuffix(".md") }.sorted().map { name in
      do {
        return try String(contentsOf: directory.appending(path: name), encoding: .utf8)
      } catch {
        throw PathError(path: path + "/" + name, reason: "cannot be read as UTF-8 text")
      }
    }
    guard !documents.isEmpty else { throw PathError(path: path, reason: "holds no Markdown files (*.md)") }
    try self.init(sections: documents.flatMap(MarkdownSection.split))
  }

  /// Indexes sections.
  init(sections: [MarkdownSection]) throws {
    self.sections = sections
    index = try DatabaseQueue()
    try index.write { database in
      try database.execute(
        sql: """
          CREATE VIRTUAL TABLE section USING fts5(title, heading, body, tokenize = 'porter unicode61 remove_diacritics 2')
          """)
      for (number, section) in sections.enumerated() {
        let texts = [section.title, section.heading, section.paragraphs.joined(separator: "\n")]
          .map { QuestionWords.terms(in: $0).joined(separator: " ") }
        try database.execute(
          sql: "INSERT INTO section (rowid, title, heading, body) VALUES (?, ?, ?, ?)",
          arguments: [number, texts[0], texts[1], texts[2]])
      }
    }
  }

  /// The section that answers a question best, if any is about it at all.
  ///
  /// BM25 orders sections, but its score says nothing of how much of the question was met. So coverage comes first: the
  /// weight of the question's terms that the section has, over the weight of all of them; BM25 parts those that are
  /// equal.
  /// A term weighs what it tells (its inverse document frequency), and one that no section has weighs most: that is
  /// what keeps "what is the price of bitcoin" from being answered with the price of shipping. A term in the heading
  /// counts whole, in the document's title or the body for less.
  ///
  /// A long message is looked up sentence by sentence: the question is often one of several.
  func hit(for question: String) async throws -> Hit? {
    let text = String(question.unicodeScalars.prefix(KnowledgeBase.longestQuestion))
    let sentences = text.split { ".!?…;\n".contains($0) }.prefix(KnowledgeBase.mostSentences)
    let candidates = [Substring(text)] + (sentences.count > 1 ? sentences : [])
    return try await index.read { database in
      try candidates
        .compactMap {
          try self.hit(for: QuestionWords.question($0, limit: KnowledgeBase.mostTerms), in: database)
        }
        .max { $0.coverage < $1.coverage }
    }
  }

  /// How much a term counts by where it stands.
  private enum Place {
    static let heading = 1.0
    static let title = 0.7
    static let body = 0.6
  }

  private func hit(for terms: [QuestionWords.Term], in database: Database) throws -> Hit? {
    guard terms.contains(where: \.isSignificant) else { return nil }
    // Letters and digits only, in quotes: nothing a visitor types can become FTS5 syntax.
    let ranked = try Int.fetchAll(
      database.cachedStatement(
        sql: "SELECT rowid FROM section WHERE section MATCH ? ORDER BY bm25(section, 2, 6, 1), rowid LIMIT 50"),
      arguments: [terms.map { "\"\($0.text)\"" }.joined(separator: " OR ")])

    var weightOfAll = 0.0
    var weights: [Int: Double] = [:]
    for term in terms where term.isSignificant {
      let phrase = "\"\(term.text)\""
      let found = Set(try rows(matching: phrase, in: database))
      let weight = log((Double(sections.count) + 1) / (Double(found.count) + 0.5))
      weightOfAll += weight
      guard !found.isEmpty else { continue }
      let inHeading = Set(try rows(matching: "heading : " + phrase, in: database))
      let inTitle = Set(try rows(matching: "title : " + phrase, in: database))
      for row in found {
        let place = inHeading.contains(row) ? Place.heading : inTitle.contains(row) ? Place.title : Place.body
        weights[row, default: 0] += weight * place
      }
    }
    // Of those that cover the question equally well, the first is the one that BM25 prefers.
    var best: (row: Int, weight: Double)?
    for row in ranked {
      if let weight = weights[row], weight > (best?.weight ?? 0) { best = (row, weight) }
    }
    return best.map { Hit(section: sections[$0.row], coverage: $0.weight / weightOfAll) }
  }

  private func rows(matching expression: String, in database: Database) throws -> [Int] {
    try Int.fetchAll(
      database.cachedStatement(sql: "SELECT rowid FROM section WHERE section MATCH ?"), arguments: [expression])
  }
}
