import Glibc

/// What libFuzzer calls for each input. The target's name comes from the environment, so that one program built
/// once serves them all; see `fuzz.sh`.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  do {
    try chosenTarget.run(UnsafeRawBufferPointer(start: start, count: count))
  } catch {
    fatalError("\(chosenTarget): \(error)")
  }
  return 0
}

/// What libFuzzer calls before the first input: with CHATAI_FUZZ_SEEDS writes the target's seeds there and ends.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(_: UnsafeMutablePointer<CInt>?, _: UnsafeMutableRawPointer?) -> CInt {
  guard let folder = environment("CHATAI_FUZZ_SEEDS") else { return 0 }
  for (index, seed) in chosenTarget.seeds.enumerated() {
    guard let file = fopen("\(folder)/seed-\(index)", "w") else { fatalError("\(folder) cannot be written to") }
    fwrite(seed, 1, seed.count, file)
    fclose(file)
  }
  exit(0)
}

private let chosenTarget: FuzzTarget = {
  if let target = environment("CHATAI_FUZZ_TARGET").flatMap(FuzzTarget.init(rawValue:)) { return target }
  fatalError("CHATAI_FUZZ_TARGET must name one of \(FuzzTarget.allCases.map(\.rawValue))")
}()

private func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
