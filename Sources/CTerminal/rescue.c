// Gives the terminal back when the program dies without being asked. What runs in a signal handler here
// uses write, tcsetattr, dup2, sigaction and raise only, which POSIX lists as async-signal-safe.

#define _GNU_SOURCE 1

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>

#include "CTerminal.h"

static const int fatal_signals[] = {SIGSEGV, SIGABRT, SIGILL, SIGTRAP, SIGBUS, SIGFPE, SIGQUIT};
enum { FATAL_COUNT = sizeof fatal_signals / sizeof *fatal_signals };

static struct sigaction previous[FATAL_COUNT];
static bool handlers_installed;

static volatile sig_atomic_t armed;
static struct termios shell_modes;
static bool has_shell_modes;
static char restore_text[512];
static size_t restore_length;
static char last_line[1200];
static size_t last_length;
static int saved_stderr = -1;

static void write_all(int descriptor, const char *text, size_t length) {
  while (length > 0) {
    ssize_t count = write(descriptor, text, length);
    if (count <= 0) {
      if (count < 0 && errno == EINTR) continue;
      return;
    }
    text += count;
    length -= (size_t)count;
  }
}

static void restore_terminal(void) {
  if (!armed) {
    return;
  }
  armed = 0;
  write_all(STDOUT_FILENO, restore_text, restore_length);
  if (has_shell_modes) {
    tcsetattr(STDIN_FILENO, TCSANOW, &shell_modes);
  }
  ct_stderr_restore();
}

static void on_fatal_signal(int number, siginfo_t *info, void *context) {
  (void)info;
  (void)context;
  int error = errno;
  if (armed) {
    restore_terminal();
    write_all(STDERR_FILENO, last_line, last_length);
  }
  // Hand over to whoever was here first (Swift's backtracer, a sanitizer, the default action), for the
  // same cause: the signal is blocked in here, so it comes again on return.
  for (int i = 0; i < FATAL_COUNT; i++) {
    if (fatal_signals[i] == number) {
      sigaction(number, &previous[i], NULL);
    }
  }
  errno = error;
  raise(number);
}

static void install_handlers(void) {
  if (handlers_installed) {
    return;
  }
  handlers_installed = true;
  // A stack overflow leaves no stack to run a handler on.
  stack_t stack = {.ss_size = 64 * 1024};
  stack.ss_sp = mmap(NULL, stack.ss_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  stack_t present;
  if (stack.ss_sp != MAP_FAILED && sigaltstack(NULL, &present) == 0 && (present.ss_flags & SS_DISABLE)) {
    sigaltstack(&stack, NULL);
  }
  struct sigaction action = {.sa_sigaction = on_fatal_signal, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  sigemptyset(&action.sa_mask);
  for (int i = 0; i < FATAL_COUNT; i++) {
    sigaction(fatal_signals[i], &action, &previous[i]);
  }
  atexit(restore_terminal);
}

void ct_rescue_remember(void) { has_shell_modes = tcgetattr(STDIN_FILENO, &shell_modes) == 0; }

void ct_rescue_shell_modes(void) {
  if (has_shell_modes) {
    tcsetattr(STDIN_FILENO, TCSADRAIN, &shell_modes);
  }
}

void ct_rescue_arm(const char *restore) {
  restore_length = strnlen(restore, sizeof restore_text);
  memcpy(restore_text, restore, restore_length);
  install_handlers();
  armed = 1;
}

void ct_rescue_disarm(void) { armed = 0; }

void ct_rescue_set_last_line(const char *line) {
  last_length = strnlen(line, sizeof last_line);
  memcpy(last_line, line, last_length);
}

int ct_stderr_redirect(const char *path) {
  int log = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (log < 0) {
    return errno;
  }
  if (saved_stderr < 0) {
    saved_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  }
  int result = dup2(log, STDERR_FILENO) < 0 ? errno : 0;
  close(log);
  return result;
}

void ct_stderr_restore(void) {
  if (saved_stderr >= 0) {
    dup2(saved_stderr, STDERR_FILENO);
    close(saved_stderr);
    saved_stderr = -1;
  }
}
