/// Prometheus' text format, version 0.0.4.
struct MetricsText {
  /// What is written so far.
  private(set) var text = ""

  /// What a `Content-Type` says of it.
  static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  enum Kind: String { case counter, gauge, histogram }

  /// One metric with its values; a label's name is for all of them.
  mutating func add(
    _ kind: Kind, _ name: String, _ help: String, label: String? = nil, _ values: [(label: String, value: Double)]
  ) {
    head(kind, name, help)
    for (value, number) in values { line(name, label.map { [($0, value)] } ?? [], number) }
  }

  /// One metric with one value.
  mutating func add(_ kind: Kind, _ name: String, _ help: String, _ value: Double) {
    add(kind, name, help, [("", value)])
  }

  /// A histogram; its bounds are cumulative in this format.
  mutating func add(_ name: String, _ help: String, _ histogram: Histogram) {
    head(.histogram, name, help)
    var count = 0
    for (bound, counted) in zip(histogram.bounds, histogram.counts) {
      count += counted
      line(name + "_bucket", [("le", Self.number(bound))], Double(count))
    }
    line(name + "_bucket", [("le", "+Inf")], Double(histogram.count))
    line(name + "_sum", [], histogram.sum)
    line(name + "_count", [], Double(histogram.count))
  }

  private mutating func head(_ kind: Kind, _ name: String, _ help: String) {
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
  }

  private mutating func line(_ name: String, _ labels: [(String, String)], _ value: Double) {
    let pairs = labels.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",")
    text += name + (pairs.isEmpty ? "" : "{\(pairs)}") + " \(Self.number(value))\n"
  }

  private static func escaped(_ value: String) -> String {
    value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }

  /// Whole numbers without a fraction.
  private static func number(_ value: Double) -> String {
    Int(exactly: value).map(String.init) ?? "\(value)"
  }
}
