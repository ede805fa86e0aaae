/// Times by how many there were of each length, to within 1.6 %, in constant memory.
struct LatencyHistogram: Sendable {
  /// Buckets to each doubling, as a power of two.
  private static let precision = 6
  private var counts = [Int](repeating: 0, count: (65 - precision) << precision)
  private(set) var count = 0
  private var sum: UInt64 = 0

  mutating func record(nanoseconds: UInt64) {
    counts[Self.bucket(of: nanoseconds)] += 1
    count += 1
    sum &+= nanoseconds
  }

  /// The mean, in microseconds.
  var mean: Double { count == 0 ? 0 : Double(sum) / Double(count) / 1000 }

  /// The time, in microseconds, that the given part of all times does not exceed.
  func quantile(_ part: Double) -> Double {
    var remaining = Int(part * Double(count))
    for (bucket, count) in counts.enumerated() {
      remaining -= count
      if remaining < 0 { return Self.middle(of: bucket) / 1000 }
    }
    return 0
  }

  /// Below 2^precision a bucket a nanosecond; above, 2^precision buckets to each doubling.
  private static func bucket(of nanoseconds: UInt64) -> Int {
    let shift = max(0, 63 - nanoseconds.leadingZeroBitCount - precision)
    return shift << precision + Int(nanoseconds >> UInt64(shift))
  }

  private static func middle(of bucket: Int) -> Double {
    let size = 1 << precision
    guard bucket >= 2 * size else { return Double(bucket) }
    let shift = bucket / size - 1
    return (Double(bucket % size + size) + 0.5) * Double(1 << shift)
  }
}
