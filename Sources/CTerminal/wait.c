#define _GNU_SOURCE 1

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "CTerminal.h"

int ct_signals_open(void) {
  signal(SIGPIPE, SIG_IGN);
  sigset_t set;
  sigemptyset(&set);
  static const int signals[] = {SIGHUP, SIGINT, SIGTERM, SIGTSTP, SIGCONT, SIGWINCH};
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
    sigaddset(&set, signals[i]);
  }
  if (pthread_sigmask(SIG_BLOCK, &set, NULL) != 0) {
    return -1;
  }
  return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

int ct_signals_next(int descriptor) {
  struct signalfd_siginfo info;
  return read(descriptor, &info, sizeof info) == sizeof info ? (int)info.ssi_signo : 0;
}

int ct_wakeup_open(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

void ct_wakeup_signal(int descriptor) {
  uint64_t one = 1;
  while (write(descriptor, &one, sizeof one) < 0 && errno == EINTR) {
  }
}

void ct_wakeup_clear(int descriptor) {
  uint64_t count;
  while (read(descriptor, &count, sizeof count) < 0 && errno == EINTR) {
  }
}

void ct_stop_self(void) {
  struct sigaction stop = {.sa_handler = SIG_DFL}, old;
  sigset_t only, mask, resumed;
  sigemptyset(&only);
  sigaddset(&only, SIGTSTP);
  sigemptyset(&resumed);
  sigaddset(&resumed, SIGCONT);
  sigaction(SIGTSTP, &stop, &old);
  pthread_sigmask(SIG_UNBLOCK, &only, &mask);
  kill(0, SIGTSTP);  // the whole job, so that the shell sees it stopped
  pthread_sigmask(SIG_SETMASK, &mask, NULL);
  sigaction(SIGTSTP, &old, NULL);
  // The caller knows; it needs no signal for it.
  static const struct timespec at_once = {0};
  sigtimedwait(&resumed, NULL, &at_once);
}

int ct_process_descriptor(int process) { return (int)syscall(SYS_pidfd_open, process, 0); }

uintptr_t ct_thread(void) { return (uintptr_t)pthread_self(); }
