/// The whole of the console's behaviour: what an event changes in the state, and what it asks of the world.
public func update(_ state: inout ConsoleState, _ event: ConsoleEvent) -> [Effect] {
  switch event {
  case .clock(let clock): state.clock = clock
  case .resized(let size): state.size = size
  default: break
  }
  return []
}
