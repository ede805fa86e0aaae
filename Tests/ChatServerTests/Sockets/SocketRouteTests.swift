import Testing

@testable import ChatServer

@Suite struct SocketRouteTests {
  @Test(arguments: [
    ("/ws/dialogs/7", SocketRoute.dialog(7)),
    ("/ws/site/dialogs/7", .site(7)),
    ("/ws/widget/dialogs/7", .widget(7)),
  ])
  func known(_ path: String, _ route: SocketRoute) {
    #expect(SocketRoute(path: path) == route)
    #expect(route.dialogID == 7)
  }

  @Test(arguments: [
    "", "/", "/ws", "/ws/", "/ws/dialogs", "/ws/dialogs/", "/ws/dialogs/x", "/ws/dialogs/7/", "/ws/dialogs/7/8",
    "/ws/dialogs/-7", "/ws/dialogs/+7", "/ws/dialogs/0", "/ws/dialogs/99999999999999999999", "/ws//dialogs/7",
    "//ws/dialogs/7", "/WS/dialogs/7", "/ws/admin/dialogs/7", "/ws/site/widget/dialogs/7", "ws/dialogs/7",
    "/ws/site/../dialogs/7", "/api/ws/dialogs/7",
  ])
  func unknown(_ path: String) {
    #expect(SocketRoute(path: path) == nil)
  }

  @Test func operatorsAndVisitorsSitApart() {
    #expect(SocketRoute.dialog(1).pool == .admin)
    #expect(SocketRoute.site(1).pool == .visitor)
    #expect(SocketRoute.widget(1).pool == .visitor)
  }
}
