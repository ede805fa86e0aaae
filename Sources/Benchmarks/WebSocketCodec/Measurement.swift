/// One line of the table.
struct Measurement {
  let name: String
  /// Done in a second, in the best round.
  let perSecond: Double
  /// Bytes of payload in each, if that says something.
  var size = 0
  /// A further column.
  var remark = ""

  var bytesPerSecond: Double { perSecond * Double(size) }

  var row: String {
    let rate = size == 0 || perSecond > 20e3 ? "\(decimal(perSecond / 1e6)) M/s" : ""
    let volume = size == 0 ? "" : "\(decimal(bytesPerSecond / 1e9)) GB/s"
    return "  " + padded(name, to: -38) + padded(rate, to: 14) + padded(volume, to: 14) + padded(remark, to: 22)
  }
}

/// Times `round`, which says how many it has done, for at least a fifth of a second in all and takes the best.
func best(of round: () -> Int) -> Double {
  let clock = ContinuousClock()
  let end = clock.now + .milliseconds(200)
  var best = 0.0
  var count = 0
  while count < 5 || clock.now < end {
    let start = clock.now
    let done = round()
    let elapsed = start.duration(to: clock.now)
    best = max(best, Double(done) / (elapsed / .seconds(1)))
    count += 1
  }
  return best
}

/// Two places, enough to compare by.
func decimal(_ value: Double) -> String {
  let hundredths = Int(value * 100 + 0.5)
  let fraction = String(hundredths % 100)
  return "\(hundredths / 100)." + (fraction.count == 1 ? "0" : "") + fraction
}

private func padded(_ text: String, to width: Int) -> String {
  let blank = String(repeating: " ", count: max(0, abs(width) - text.count))
  return width < 0 ? text + blank : blank + text
}
