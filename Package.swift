// swift-tools-version: 6.2
import PackageDescription

// The module graph points down only: what is pure (WebSocket, ChatProtocol, LiveLink, ConsoleModel,
// ConsoleView) knows neither NIO nor ncurses nor full Foundation, builds in seconds and is tested by tables.

/// The checks every module compiles under.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

let package = Package(
  name: "chatai",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "chatai", targets: ["chatai"]),
    .executable(name: "chatai-server", targets: ["chatai-server"]),
    .library(name: "WebSocket", targets: ["WebSocket"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
  ],
  targets: [
    // MARK: Pure

    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CMalloc"),
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .target(name: "WebSocket", dependencies: ["CZlib"], swiftSettings: strict),
    .target(name: "ChatProtocol", swiftSettings: strict),
    .target(name: "LiveLink", dependencies: ["ChatProtocol"], swiftSettings: strict),
    .target(name: "ConsoleModel", dependencies: ["ChatProtocol", "LiveLink"], swiftSettings: strict),
    .target(
      name: "ConsoleView", dependencies: ["ChatProtocol", "LiveLink", "ConsoleModel"],
      swiftSettings: strict),
    .target(
      name: "Headless", dependencies: ["ChatProtocol", "LiveLink", "ConsoleModel", "ConsoleView"],
      swiftSettings: strict),

    // MARK: Shells

    .target(
      name: "Transport",
      dependencies: [
        "ChatProtocol", "WebSocket",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ],
      swiftSettings: strict),
    .target(
      name: "CTerminal",
      linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]),
    .target(
      name: "Terminal", dependencies: ["CTerminal", "ConsoleModel", "ConsoleView"],
      swiftSettings: strict),
    .target(
      name: "ChatServer",
      dependencies: [
        "CSQLite", "CZlib", "ChatProtocol", "Transport", "WebSocket",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "_CryptoExtras", package: "swift-crypto"),
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "JWTKit", package: "jwt-kit"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
        .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "TOMLKit", package: "TOMLKit"),
      ],
      swiftSettings: strict),

    // MARK: Programs

    .executableTarget(
      name: "chatai",
      dependencies: [
        "ChatProtocol", "ConsoleModel", "ConsoleView", "Headless", "LiveLink", "Terminal", "Transport", "WebSocket",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "chatai-server",
      dependencies: [
        "CMalloc", "ChatProtocol", "ChatServer",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "websocket-testee",
      dependencies: [
        "Transport", "WebSocket",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ],
      swiftSettings: strict),

    // MARK: Benchmarks

    .executableTarget(
      name: "websocket-codec-bench", dependencies: ["WebSocket"], path: "Sources/Benchmarks/WebSocketCodec",
      swiftSettings: strict),
    .executableTarget(
      name: "console-list-bench", dependencies: ["ChatProtocol", "ConsoleModel", "ConsoleView"],
      path: "Sources/Benchmarks/Console", swiftSettings: strict),
    .executableTarget(
      name: "server-load",
      dependencies: [.product(name: "ArgumentParser", package: "swift-argument-parser")],
      path: "Sources/Benchmarks/ServerLoad", swiftSettings: strict),
    .executableTarget(
      name: "nio-echo",
      dependencies: [
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOWebSocket", package: "swift-nio"),
      ],
      path: "Sources/Benchmarks/NIOEcho", swiftSettings: strict),

    // MARK: Tests

    .testTarget(name: "WebSocketTests", dependencies: ["CZlib", "WebSocket"], swiftSettings: strict),
    .testTarget(
      name: "FuzzingTests", dependencies: ["WebSocket"], exclude: ["Corpus", "Driver"], swiftSettings: strict),
    .testTarget(
      name: "InteropTests",
      dependencies: [
        "Transport", "WebSocket",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ],
      exclude: ["Peers"], swiftSettings: strict),
    .testTarget(name: "ChatProtocolTests", dependencies: ["ChatProtocol"], swiftSettings: strict),
    .testTarget(
      name: "LiveLinkTests", dependencies: ["LiveLink", "ChatProtocol"], swiftSettings: strict),
    .testTarget(
      name: "ConsoleModelTests", dependencies: ["ConsoleModel", "LiveLink", "ChatProtocol"],
      swiftSettings: strict),
    .testTarget(
      name: "ConsoleViewTests",
      dependencies: ["ConsoleView", "ConsoleModel", "LiveLink", "ChatProtocol"],
      exclude: ["Golden"], swiftSettings: strict),
    .testTarget(
      name: "HeadlessTests",
      dependencies: ["Headless", "ConsoleView", "ConsoleModel", "LiveLink", "ChatProtocol"], swiftSettings: strict),
    .testTarget(
      name: "TransportTests",
      dependencies: [
        "ChatProtocol", "Transport", "WebSocket",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "TerminalTests", dependencies: ["CTerminal", "Terminal", "ConsoleModel", "ConsoleView"],
      swiftSettings: strict),
    .testTarget(
      name: "ChatServerTests",
      dependencies: [
        "CZlib", "ChatServer", "ChatProtocol", "Transport", "WebSocket",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOEmbedded", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      exclude: ["Python"], swiftSettings: strict),
    .testTarget(
      name: "EndToEndTests",
      dependencies: ["Transport", .product(name: "NIOPosix", package: "swift-nio")],
      exclude: ["Python"], swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
