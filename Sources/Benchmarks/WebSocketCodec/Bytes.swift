import WebSocket

func bytes() -> [Measurement] { unmasking() + validating() }

private func unmasking() -> [Measurement] {
  let key = MaskingKey(rawValue: 0x37FA_213D)
  var measurements: [Measurement] = []
  for size in [16, 64, 256, 1 << 10, 1 << 14, 1 << 16, 1 << 20, 1 << 24] {
    let source = [UInt8](repeating: 0x55, count: size)
    var target = source
    let times = max(1, (1 << 22) / size)
    let copying = best {
      target.withUnsafeMutableBytes { target in
        source.withUnsafeBytes { source in
          for _ in 0..<times { target.copyMemory(from: source) }
        }
      }
      return times
    }
    let unmasking = best {
      target.withUnsafeMutableBytes { target in
        for _ in 0..<times { key.apply(to: target, offset: 1) }
      }
      return times
    }
    measurements.append(
      Measurement(
        name: "unmask \(size) B", perSecond: unmasking, size: size,
        remark: "\(decimal(unmasking / copying)) of memcpy"))
  }
  return measurements
}

private func validating() -> [Measurement] {
  let texts = [
    ("ASCII", "The quick brown fox jumps over the lazy dog. "),
    ("Cyrillic, two bytes a letter", "Съешь ещё этих мягких французских булок. "),
    ("Chinese, three bytes a letter", "视野无限广窗外有蓝天"),
    ("emoji, four bytes each", "🙂🚀🌍🎉"),
    ("ASCII with an umlaut now and then", "Die Länge der Zeile über alles, was größer ist als nötig. "),
  ]
  return texts.map { name, sentence in
    let bytes = Array(String(repeating: sentence, count: 65536 / sentence.utf8.count).utf8)
    let rate = best {
      for _ in 0..<16 { precondition(TextMessage(validating: bytes) != nil) }
      return 16
    }
    return Measurement(name: "UTF-8 \(name)", perSecond: rate, size: bytes.count)
  }
}
