// The C half of the Terminal module: what Swift cannot call in ncursesw (variadic functions, macros,
// stdscr) and what must be async-signal-safe. No ncurses type shows here.
//
// Everything is for one thread (the one that runs the event loop), except what says otherwise.

#ifndef CTERMINAL_H
#define CTERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// MARK: Screen (screen.c)

enum {
  CT_BOLD = 1,
  CT_DIM = 2,
  CT_UNDERLINE = 4,
  CT_REVERSE = 8,
  CT_ITALIC = 16,
};

/// A character cell: a spacing character, combining ones (0 where there are none), and its look.
typedef struct {
  uint32_t base;
  uint32_t marks[4];
  int32_t pair;
  uint8_t attributes;
  uint8_t width;
} ct_cell;

typedef enum {
  CT_OPENED = 0,
  CT_NOT_A_TERMINAL,
  CT_UNKNOWN_TYPE,
  CT_NO_CURSOR_ADDRESSING,
} ct_open_result;

/// Takes over the terminal on stdin and stdout: a UTF-8 locale, raw mode without echo, alternate screen,
/// bracketed paste, focus reports. `type` is a terminfo name; NULL means $TERM.
ct_open_result ct_open(const char *type, bool color);

/// Gives the terminal back. Does nothing when it is not open.
void ct_close(void);

/// Gives the terminal back for a while, and takes it again with everything to be repainted.
void ct_suspend(void);
void ct_resume(void);

/// How many colours and colour pairs there are; 0 colours without colour.
int ct_colors(void);
int ct_pairs(void);
bool ct_is_direct_color(void);

/// Gives a pair its colours, -1 for the terminal's own.
void ct_set_pair(int pair, int foreground, int background);

/// The size of the terminal by the kernel's account; false when it cannot be had.
bool ct_window_size(int *columns, int *rows);

/// Makes ncurses' screen that large and has all of it repainted.
void ct_resize(int columns, int rows);

/// Has the whole terminal cleared and painted anew by the next flush.
void ct_repaint(void);

/// Puts cells into a row. A wide cell stands for both of its columns: no cell follows for the right half.
void ct_put(int row, int column, const ct_cell *cells, int count);

/// Where the cursor is to stand after the flush; a negative row hides it.
void ct_set_cursor(int row, int column);

/// Sends what changed since the last flush, with one write; returns how many bytes it took.
size_t ct_flush(void);

/// Rings the bell at once.
void ct_bell(void);

/// Sends bytes that are no part of a frame.
void ct_send(const uint8_t *bytes, size_t count);

/// Has the terminal keep its window's title, to be given back with everything else.
void ct_save_title(void);

/// From now on a large frame is shown at once (mode 2026), because the terminal has said that it can.
void ct_synchronize(void);

/// Whether the terminal is to tell of the mouse's buttons and wheel (modes 1000 and 1006). What gives the terminal back
/// ends it, and what takes it again begins it again.
void ct_read_mouse(bool reads);

/// A string capability of terminfo, such as "kcuu1", or NULL. Valid until the terminal is closed.
const char *ct_capability(const char *name);

/// What wcwidth says in a UTF-8 locale, which it sets when need be.
int ct_width(uint32_t scalar);

// MARK: Rescue (rescue.c)

/// Keeps the terminal's modes in mind as those to give back.
void ct_rescue_remember(void);

/// Gives these modes back.
void ct_rescue_shell_modes(void);

/// From now on a fatal signal or exit() gives the terminal back: writes `restore`, then sets those modes.
void ct_rescue_arm(const char *restore);

/// A line for stderr after such a signal, such as where the log is.
void ct_rescue_set_last_line(const char *line);

/// From now on the terminal is as the shell knows it, and nothing is left to be rescued.
void ct_rescue_disarm(void);

/// Sends stderr to the end of a file (made with mode 0600), so that no stray line spoils the screen.
/// Returns 0 or errno.
int ct_stderr_redirect(const char *path);

/// Brings stderr back.
void ct_stderr_restore(void);

// MARK: Memory (memory.c)

/// Sets the allocator up for a program that runs for days; before any thread is started.
void ct_memory_begin(void);

/// Gives back what the program does not need any more: free heap, and the pages of its file that only the start
/// needed. Safe at any time, from any thread.
void ct_memory_trim(void);

// MARK: Waiting (wait.c)

/// Blocks SIGHUP, SIGINT, SIGTERM, SIGTSTP, SIGCONT and SIGWINCH in this thread and those it starts, and
/// returns a descriptor that tells of them, or -1. SIGPIPE is ignored.
int ct_signals_open(void);

/// The next signal that came, or 0.
int ct_signals_next(int descriptor);

/// A descriptor to wake a poll with, or -1.
int ct_wakeup_open(void);

/// Wakes; safe from every thread and in signal handlers.
void ct_wakeup_signal(int descriptor);

/// Takes the wake-up back.
void ct_wakeup_clear(int descriptor);

/// A descriptor that can be read once a child has ended; -1 where the system has none.
int ct_process_descriptor(int process);

/// Stops the process group, as Ctrl-Z in a cooked terminal does; returns when it goes on.
void ct_stop_self(void);

/// A number for the calling thread, unlike that of every other live one.
uintptr_t ct_thread(void);

#endif
