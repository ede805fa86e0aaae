import Testing

@testable import ChatServer

@Suite struct SocketRouteTests {
  @Test(arguments: [
    ("/ws/dialogs/7", SocketRoute.dialog(7)),
    ("/ws/site/dialogs/7", .site(7)),
    ("/ws/widget/dialogs/7", .widget(7)),
    ("/ws/operator", .operatorStream),
  ])
  func known(_ path: String, _ route: SocketRoute) {
    #expect(SocketRoute(path: path) == route)
  }

  @Test(arguments: [
    "", "/", "/ws", "/ws/", "/ws/dialogs", "/ws/dialogs/", "/ws/dialogs/x", "/ws/dialogs/7/", "/ws/dialogs/7/8",
    "/ws/dialogs/-7", "/ws/dialogs/+7", "/ws/dialogs/0", "/ws/dialogs/99999999999999999999", "/ws//dialogs/7",
    "//ws/dialogs/7", "/WS/dialogs/7", "/ws/admin/dialogs/7", "/ws/site/widget/dialogs/7", "ws/dialogs/7",
    "/ws/site/../dialogs/7", "/api/ws/dialogs/7", "/ws/operator/", "/ws/operator/7", "/ws/Operator",
    "/ws/dialogs/operator",
  ])
  func unknown(_ path: String) {
    #expect(SocketRoute(path: path) == nil)
  }

  @Test func theStreamsSubprotocolIsAgreedOnIfOffered() {
    #expect(SocketRoute.operatorStream.subprotocol(offered: ["chat", "chatai.operator.v2"]) == "chatai.operator.v2")
    #expect(SocketRoute.operatorStream.subprotocol(offered: ["chatai.operator.v3"]) == nil)
    #expect(SocketRoute.operatorStream.subprotocol(offered: []) == nil)
    #expect(SocketRoute.dialog(1).subprotocol(offered: ["chatai.operator.v2"]) == nil)
  }
}
