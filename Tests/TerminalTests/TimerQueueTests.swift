import Terminal
import Testing

@Suite("Timer queue")
struct TimerQueueTests {
  @Test("Fires by deadline, and in the order set for equal ones")
  func order() {
    var queue = TimerQueue<String>()
    _ = queue.add(at: .seconds(3), "c")
    _ = queue.add(at: .seconds(1), "a1")
    _ = queue.add(at: .seconds(2), "b")
    _ = queue.add(at: .seconds(1), "a2")
    #expect(queue.nextDeadline() == .seconds(1))
    #expect(queue.popDue(at: .milliseconds(999)) == nil)
    #expect(queue.popDue(at: .seconds(2)) == "a1")
    #expect(queue.popDue(at: .seconds(2)) == "a2")
    #expect(queue.popDue(at: .seconds(2)) == "b")
    #expect(queue.popDue(at: .seconds(2)) == nil)
    #expect(queue.popDue(at: .seconds(9)) == "c")
    #expect(queue.nextDeadline() == nil)
  }

  @Test("A cancelled timer does not fire, nor wake")
  func cancel() {
    var queue = TimerQueue<Int>()
    let first = queue.add(at: .seconds(1), 1)
    _ = queue.add(at: .seconds(2), 2)
    queue.cancel(first)
    queue.cancel(first)
    #expect(queue.nextDeadline() == .seconds(2))
    #expect(queue.popDue(at: .seconds(5)) == 2)
    #expect(queue.count == 0)
  }

  @Test("Against a sorted list")
  func random() {
    var generator = SystemRandomNumberGenerator()
    var queue = TimerQueue<Int>()
    var model: [(deadline: Int, value: Int, id: TimerQueue<Int>.ID)] = []
    for value in 0..<2_000 {
      let deadline = Int.random(in: 0..<500, using: &generator)
      model.append((deadline, value, queue.add(at: .milliseconds(deadline), value)))
      if value.isMultiple(of: 3), let victim = model.indices.randomElement(using: &generator) {
        queue.cancel(model.remove(at: victim).id)
      }
    }
    model.sort { ($0.deadline, $0.value) < ($1.deadline, $1.value) }
    var fired: [Int] = []
    for now in stride(from: 0, through: 500, by: 7) {
      while let value = queue.popDue(at: .milliseconds(now)) { fired.append(value) }
    }
    #expect(fired == model.filter { $0.deadline <= 497 }.map(\.value))
  }
}
