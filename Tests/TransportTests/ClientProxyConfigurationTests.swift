import Testing
import WebSocket

@testable import Transport

@Suite("Proxies of the environment") struct ClientProxyConfigurationTests {
  @Test(
    "Which variable holds for which connection",
    arguments: [
      ([:], nil, nil),
      (["HTTPS_PROXY": "s:1"], nil, "s:1"),
      (["HTTP_PROXY": "p:1"], "p:1", nil),
      (["http_proxy": "p:1", "HTTP_PROXY": "other:1"], "p:1", nil),
      (["https_proxy": "s:1", "HTTPS_PROXY": "other:1"], nil, "s:1"),
      (["ALL_PROXY": "a:1"], "a:1", "a:1"),
      (["all_proxy": "a:1", "HTTPS_PROXY": "s:1"], "a:1", "s:1"),
      // An empty variable says that there is none.
      (["https_proxy": "", "HTTPS_PROXY": "s:1", "ALL_PROXY": "a:1"], "a:1", nil),
      // The header `Proxy` of a CGI program's caller.
      (["REQUEST_METHOD": "GET", "HTTP_PROXY": "evil:1", "HTTPS_PROXY": "s:1"], nil, "s:1"),
    ] as [([String: String], String?, String?)])
  func variables(environment: [String: String], plain: String?, secure: String?) throws {
    let proxies = try ProxyConfiguration(environment: environment)
    #expect(proxies.proxy(forHost: "h", port: 80, isSecure: false)?.name == plain)
    #expect(proxies.proxy(forHost: "h", port: 443, isSecure: true)?.name == secure)
  }

  @Test("A proxy that cannot be used is an error that names the variable and not the password")
  func unusable() {
    let environment = ["HTTPS_PROXY": "socks5://user:secret@h:1080"]
    let error = #expect(throws: ProxyConfiguration.VariableError.self) {
      try ProxyConfiguration(environment: environment)
    }
    #expect(error?.variable == "HTTPS_PROXY")
    #expect(error?.reason == .scheme("socks5"))
    #expect(error?.description.contains("secret") == false)
  }

  @Test(
    "NO_PROXY, by curl's rules and with ports",
    arguments: [
      ("", "example.com", 443, false),
      ("*", "example.com", 443, true),
      ("example.com", "example.com", 443, true),
      ("example.com", "EXAMPLE.com.", 443, true),
      ("example.com", "www.example.com", 443, true),
      (".example.com", "example.com", 443, true),
      (".example.com", "www.example.com", 443, true),
      ("example.com", "notexample.com", 443, false),
      ("www.example.com", "example.com", 443, false),
      ("a.test, example.com b.test", "b.test", 443, true),
      ("example.com:8443", "example.com", 8443, true),
      ("example.com:8443", "example.com", 443, false),
      ("example.com:none", "example.com", 443, false),
      ("127.0.0.1", "127.0.0.1", 80, true),
      ("27.0.0.1", "127.0.0.1", 80, false),
      ("0.0.1", "127.0.0.1", 80, false),
      ("10.0.0.0/8", "10.255.1.2", 80, true),
      ("10.0.0.0/8", "11.0.0.1", 80, false),
      ("192.168.4.0/22", "192.168.7.255", 80, true),
      ("192.168.4.0/22", "192.168.8.0", 80, false),
      ("10.0.0.0/33", "10.0.0.0", 80, false),
      ("0.0.0.0/0", "8.8.8.8", 80, true),
      ("0.0.0.0/0", "::1", 80, false),
      ("::1", "::1", 80, true),
      ("[::1]", "0:0:0:0:0:0:0:1", 80, true),
      ("[::1]:8443", "::1", 8443, true),
      ("[::1]:8443", "::1", 443, false),
      ("fd00::/8", "fd12::1", 80, true),
      ("fd00::/8", "fe80::1", 80, false),
      (",,. ,", "example.com", 80, false),
    ])
  func exceptions(list: String, host: String, port: Int, isMember: Bool) {
    #expect(NoProxyList(list).contains(host: host, port: port) == isMember)
  }

  @Test(
    "Addresses of proxies",
    arguments: [
      ("http://proxy.test:3128", "proxy.test:3128", false, nil, nil),
      ("proxy.test:3128/", "proxy.test:3128", false, nil, nil),
      ("http://proxy.test", "proxy.test:80", false, nil, nil),
      ("HTTPS://proxy.test", "proxy.test:443", true, nil, nil),
      ("http://[::1]:8080", "[::1]:8080", false, nil, nil),
      ("http://me:p%40ss%3A%25@proxy.test", "proxy.test:80", false, "me", "p@ss:%"),
      ("http://me:a:b@c@proxy.test", "proxy.test:80", false, "me", "a:b@c"),
      ("http://me@proxy.test", "proxy.test:80", false, "me", ""),
    ] as [(String, String, Bool, String?, String?)])
  func addresses(text: String, name: String, isSecure: Bool, user: String?, password: String?) throws {
    let proxy = try Proxy(text)
    #expect(proxy.name == name)
    #expect(proxy.isSecure == isSecure)
    #expect(proxy.credentials?.user == user)
    #expect(proxy.credentials?.password == password)
  }

  @Test(
    "Texts that are no proxy",
    arguments: [
      ("socks5h://h:1", Proxy.ParseError.scheme("socks5h")),
      ("http://", .address("")),
      ("http://u:p@h:0", .address("h:0")),
      ("http://h:x", .address("h:x")),
      ("http://h o", .address("h o")),
      ("http://u%2:p@h", .userInfo),
      ("http://u:%ff@h", .userInfo),
      ("http://u%3Av:p@h", .userInfo),
    ])
  func noAddress(text: String, error: Proxy.ParseError) {
    #expect(throws: error) { try Proxy(text) }
  }
}
