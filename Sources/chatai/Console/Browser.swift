import Glibc

/// A program that shows links: run with the address as an argument of its own and without a shell.
struct Browser: Sendable, Equatable {
  /// The program and its arguments; the address takes the place of `%s`, or stands at the end.
  let command: [String]

  /// The program of the settings; without one, that which the environment names: BROWSER (the first of those between colons), else the desktop's opener where
  /// there is a desktop. Over SSH without BROWSER there is none: it would open on the wrong machine.
  init?(opener: [String], environment: (String) -> String?) {
    guard opener.isEmpty else {
      command = opener
      return
    }
    if let named = environment("BROWSER")?.split(separator: ":").first {
      command = named.split(separator: " ").map(String.init)
      if command.isEmpty { return nil }
      return
    }
    guard environment("SSH_CONNECTION") == nil, environment("SSH_TTY") == nil,
      environment("DISPLAY") != nil || environment("WAYLAND_DISPLAY") != nil
    else { return nil }
    command = ["xdg-open"]
  }

  /// The arguments for an address.
  func arguments(for address: String) -> [String] {
    let filled = command.map { $0.replacing("%s", with: address) }
    return filled == command ? command + [address] : filled
  }

  /// Starts it, with nothing of the terminal's: it must not draw on the console's screen or take its keys.
  ///
  /// - Throws: `CommandFailure` with the system's reason.
  func open(_ address: String) throws(CommandFailure) {
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    for descriptor in Int32(0)...2 {
      posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", descriptor == 0 ? O_RDONLY : O_WRONLY, 0)
    }
    attributes.startAfresh()
    let words = arguments(for: address)
    var argv: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
    argv.append(nil)
    defer { for word in argv { free(word) } }
    var id = pid_t()
    let failure = posix_spawnp(&id, words[0], &actions, &attributes, argv, environ)
    guard failure == 0 else { throw CommandFailure("\(words[0]): \(String(cString: strerror(failure)))") }
    Self.reap(id)
  }

  /// Waits for the program's end on a thread of its own, so that it does not stay as a zombie.
  private static func reap(_ id: pid_t) {
    var thread = pthread_t()
    let started = pthread_create(
      &thread, nil,
      { argument in
        var status: Int32 = 0
        while waitpid(pid_t(Int(bitPattern: argument)), &status, 0) < 0, errno == EINTR {}
        return nil
      }, UnsafeMutableRawPointer(bitPattern: Int(id)))
    if started == 0 { pthread_detach(thread) }
  }
}
