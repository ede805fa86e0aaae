extension String {
  /// The one of some words that was probably meant: nil when none is near enough.
  public func nearest(of words: [String]) -> String? {
    let limit = max(1, count / 3)
    let near = words.map { (word: $0, distance: editDistance(to: $0)) }.min { $0.distance < $1.distance }
    if let near, near.distance <= limit { return near.word }
    let longer = words.filter { $0.hasPrefix(self) }
    return count >= 2 && longer.count == 1 ? longer[0] : nil
  }

  /// The end of a sentence that refuses it: `: did you mean online?`; empty when none of the words is near enough.
  public func suggestion(among words: [String]) -> String {
    nearest(of: words).map { ": did you mean \($0)?" } ?? ""
  }

  /// How many characters must be changed, put in, left out or exchanged with a neighbour to make another word of it.
  func editDistance(to other: String) -> Int {
    // What nobody would write by mistake is not measured: the words may come from a file or a paste.
    guard count <= 64, other.count <= 64 else { return .max }
    let (from, to) = (Array(self), Array(other))
    var rows = [Array(0...to.count)]
    for (index, character) in from.enumerated() {
      var row = [index + 1]
      for (place, wanted) in to.enumerated() {
        let change = rows[index][place] + (character == wanted ? 0 : 1)
        var best = Swift.min(change, rows[index][place + 1] + 1, row[place] + 1)
        if index > 0, place > 0, character == to[place - 1], from[index - 1] == wanted {
          best = Swift.min(best, rows[index - 1][place - 1] + 1)
        }
        row.append(best)
      }
      rows.append(row)
    }
    return rows[from.count][to.count]
  }

  /// The dialog it names: `4821` or `#4821`.
  var dialogNumber: Int? {
    let digits = hasPrefix("#") ? dropFirst() : self[...]
    return digits.allSatisfy { $0.isASCII && $0.isNumber } ? Int(digits) : nil
  }
}
