import ChatProtocol
import Testing

@testable import ConsoleModel

@Suite("Being named in a note")
struct MentionTests {
  @Test func aColleagueWhoNamesMeHasMyAttentionUntilILook() {
    var house = Playhouse([.omars(1), .waiting(2, minutes: 1)])
    house.begin()
    house.frame(
      #"{"id":2000,"sender":"manager","kind":"note","text":"@maria look","author":{"id":8,"name":"Omar"}}"#, to: 1)
    #expect(house.console.state.list.needingAttention == [1, 2], "who asks by name comes before their equals")
    house.press("n")
    #expect(house.console.opened == 1)
    #expect(house.console.notice == "#1 has a note that mentions you")
    #expect(house.console.state.list.needingAttention == [2])
    house.press("<Esc>")
    house.frame(
      #"{"id":2001,"sender":"manager","kind":"note","text":"@maria me","author":{"id":7,"name":"Maria"}}"#, to: 1)
    #expect(house.console.state.list.needingAttention == [2], "one's own word is none")
  }
}
