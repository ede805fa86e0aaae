#define _XOPEN_SOURCE_EXTENDED 1
#define _GNU_SOURCE 1

#include <curses.h>
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#include "CTerminal.h"

// ncurses flushes with every movement of the cursor, which would reach the terminal as dozens of writes and
// torn frames. So it writes into a file in memory, and each frame goes out from there with one write.
static FILE *frame;

static SCREEN *screen;
static struct termios raw_modes;
static bool is_left;  // given back by ct_suspend
static bool has_color;
static bool cursor_shown;
static bool title_saved;
static bool synchronizes;
static bool reads_mouse;
static int cursor_row, cursor_column;

// A title of one's own, and the one from before back (XTWINOPS). Where the terminal keeps none, it ends up empty.
#define TITLE_SAVE "\033[22;2t"
#define TITLE_RESTORE "\033]2;\007\033[23;2t"

// Mode 2026. A frame that a terminal reads at once anyway is not worth the bytes.
#define SYNC_BEGIN "\033[?2026h"
#define SYNC_END "\033[?2026l"
#define SYNC_LENGTH 8
#define SYNC_MINIMUM 2048

// Modes that terminfo does not know. Terminals without them ignore them.
#define MODES_ON "\033[?2004h\033[?1004h"
#define MODES_OFF "\033[?1004l\033[?2004l"

// Buttons and wheel, without movement, in a form that is parted from text. It is switched off in turn.
#define MOUSE_ON "\033[?1000h\033[?1006h"
#define MOUSE_OFF "\033[?1006l\033[?1000l"

static void use_utf8_locale(void) {
  setlocale(LC_CTYPE, "");
  if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0) {
    setlocale(LC_CTYPE, "C.UTF-8");
  }
}

static bool open_frame(void) {
  if (!frame) {
    int descriptor = memfd_create("frame", MFD_CLOEXEC);
    frame = descriptor < 0 ? NULL : fdopen(descriptor, "r+");
  }
  return frame != NULL;
}

// Adds to the present frame, in its order with what ncurses writes.
static void add(const char *text) {
  if (text) {
    ssize_t ignored = write(fileno(frame), text, strlen(text));
    (void)ignored;  // a full memory file: the frame is lost, the next one is whole
  }
}

static void write_all(const char *text, size_t length) {
  while (length > 0) {
    ssize_t count = write(STDOUT_FILENO, text, length);
    if (count > 0) {
      text += count;
      length -= (size_t)count;
    } else if (errno == EAGAIN) {  // whoever shares the terminal has made it non-blocking
      struct pollfd terminal = {.fd = STDOUT_FILENO, .events = POLLOUT};
      poll(&terminal, 1, -1);
    } else if (errno != EINTR) {
      return;  // gone; SIGHUP tells the loop
    }
  }
}

// Sends what has gathered in the frame, and empties it.
static size_t send_frame(void) {
  static char *buffer;
  static size_t capacity;
  off_t length = lseek(fileno(frame), 0, SEEK_CUR);
  if (length <= 0) {
    return 0;
  }
  size_t needed = (size_t)length + 2 * SYNC_LENGTH;
  if (needed > capacity) {
    char *larger = realloc(buffer, needed);
    if (!larger) {
      return 0;
    }
    buffer = larger;
    capacity = needed;
  }
  ssize_t count = pread(fileno(frame), buffer + SYNC_LENGTH, (size_t)length, 0);
  lseek(fileno(frame), 0, SEEK_SET);
  if (count <= 0) {
    return 0;
  }
  if (!synchronizes || count < SYNC_MINIMUM) {
    write_all(buffer + SYNC_LENGTH, (size_t)count);
    return (size_t)count;
  }
  memcpy(buffer, SYNC_BEGIN, SYNC_LENGTH);
  memcpy(buffer + SYNC_LENGTH + count, SYNC_END, SYNC_LENGTH);
  write_all(buffer, (size_t)count + 2 * SYNC_LENGTH);
  return (size_t)count + 2 * SYNC_LENGTH;
}

// Appends a capability without its padding ("$<5>"), which only tputs understands.
static void append_plain(char *buffer, size_t size, const char *text) {
  size_t end = strlen(buffer);
  for (; text && *text && end + 1 < size; text++) {
    if (text[0] == '$' && text[1] == '<') {
      const char *close = strchr(text, '>');
      if (close) {
        text = close;
        continue;
      }
    }
    buffer[end++] = *text;
  }
  buffer[end] = '\0';
}

// What gives the terminal back, ready for a signal handler to write.
static void restore_string(char *buffer, size_t size) {
  buffer[0] = '\0';
  if (title_saved) {
    append_plain(buffer, size, TITLE_RESTORE);
  }
  if (synchronizes) {
    append_plain(buffer, size, SYNC_END);  // died inside of a frame
  }
  if (reads_mouse) {
    append_plain(buffer, size, MOUSE_OFF);
  }
  append_plain(buffer, size, MODES_OFF);
  static const char *const capabilities[] = {"sgr0", "op", "cnorm", "rmkx", "rmcup"};
  for (size_t i = 0; i < sizeof capabilities / sizeof *capabilities; i++) {
    append_plain(buffer, size, ct_capability(capabilities[i]));
  }
}

static void arm_rescue(void) {
  char restore[512];
  restore_string(restore, sizeof restore);
  ct_rescue_arm(restore);
}

// ncurses has no terminal at hand to ask for its size.
static void tell_size(int columns, int rows) {
  char text[16];
  snprintf(text, sizeof text, "%d", columns);
  setenv("COLUMNS", text, 1);
  snprintf(text, sizeof text, "%d", rows);
  setenv("LINES", text, 1);
}

static void enter(void) {
  arm_rescue();
  tcsetattr(STDIN_FILENO, TCSADRAIN, &raw_modes);
  add(ct_capability("smkx"));
  add(MODES_ON);
  if (reads_mouse) {
    add(MOUSE_ON);
  }
}

static void leave(void) {
  if (is_left) {
    return;
  }
  is_left = true;
  if (title_saved) {
    add(TITLE_RESTORE);
    title_saved = false;
  }
  if (reads_mouse) {
    add(MOUSE_OFF);
  }
  add(MODES_OFF);
  add(ct_capability("rmkx"));
  endwin();
  send_frame();
  ct_rescue_disarm();
}

ct_open_result ct_open(const char *type, bool color) {
  if (!isatty(STDOUT_FILENO) || tcgetattr(STDIN_FILENO, &raw_modes) != 0) {
    return CT_NOT_A_TERMINAL;
  }
  use_utf8_locale();
  int columns = 80, rows = 24;
  ct_window_size(&columns, &rows);
  tell_size(columns, rows);
  screen = open_frame() ? newterm(type, frame, stdin) : NULL;
  unsetenv("COLUMNS");  // they would be out of date for an editor started later
  unsetenv("LINES");
  if (!screen) {
    return CT_UNKNOWN_TYPE;
  }
  if (!ct_capability("cup")) {
    endwin();
    lseek(fileno(frame), 0, SEEK_SET);
    delscreen(screen);
    screen = NULL;
    return CT_NO_CURSOR_ADDRESSING;
  }
  ct_rescue_remember();
  cfmakeraw(&raw_modes);
  typeahead(-1);        // never give up a frame because a key came: the loop paints what is newest anyway
  idlok(stdscr, TRUE);  // scroll with the terminal's own means
  has_color = color && has_colors();
  if (has_color) {
    start_color();
    use_default_colors();
  }
  curs_set(0);
  cursor_shown = false;
  is_left = false;
  enter();
  return CT_OPENED;
}

void ct_close(void) {
  if (screen) {
    leave();
    ct_rescue_shell_modes();
    delscreen(screen);
    screen = NULL;
  }
}

void ct_suspend(void) {
  if (screen) {
    leave();
    ct_rescue_shell_modes();
  }
}

void ct_resume(void) {
  if (screen) {
    is_left = false;
    enter();
    ct_repaint();  // the flush takes the alternate screen again
  }
}

const char *ct_capability(const char *name) {
  char *text = tigetstr((char *)name);
  return text == (char *)-1 ? NULL : text;
}

// MARK: Colours

int ct_colors(void) { return has_color ? COLORS : 0; }

int ct_pairs(void) { return has_color ? COLOR_PAIRS : 0; }

bool ct_is_direct_color(void) {
  // "RGB" may be a flag, a number or a string; any of them says that a colour's number is its value.
  return has_color && (tigetflag("RGB") > 0 || tigetnum("RGB") > 0 || ct_capability("RGB"));
}

void ct_set_pair(int pair, int foreground, int background) {
  init_extended_pair(pair, foreground, background);
}

// MARK: Size

bool ct_window_size(int *columns, int *rows) {
  struct winsize size;
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) {
    return false;
  }
  *columns = size.ws_col;
  *rows = size.ws_row;
  return true;
}

void ct_resize(int columns, int rows) {
  if (columns != COLS || rows != LINES) {
    resizeterm(rows, columns);
    // Not every terminal resets its scrolling region, which line feeds would scroll.
    const char *region = ct_capability("csr");
    add(region ? tiparm(region, 0, rows - 1) : NULL);
  }
  erase();
  ct_repaint();
}

void ct_repaint(void) { clearok(curscr, TRUE); }

// MARK: Painting

static attr_t attributes_of(uint8_t bits) {
  attr_t attributes = A_NORMAL;
  if (bits & CT_BOLD) attributes |= A_BOLD;
  if (bits & CT_DIM) attributes |= A_DIM;
  if (bits & CT_UNDERLINE) attributes |= A_UNDERLINE;
  if (bits & CT_REVERSE) attributes |= A_REVERSE;
  if (bits & CT_ITALIC) attributes |= A_ITALIC;
  return attributes;
}

static void put_cell(const ct_cell *cell) {
  wchar_t text[6] = {(wchar_t)cell->base};
  // The last word on widths is this system's: where it differs from the canvas, the row must not shift.
  bool fits = cell->base < 0x80 || wcwidth((wchar_t)cell->base) == cell->width;
  if (!fits) {
    text[0] = L'?';
  }
  for (int i = 0; fits && i < 4 && cell->marks[i]; i++) {
    text[i + 1] = wcwidth((wchar_t)cell->marks[i]) == 0 ? (wchar_t)cell->marks[i] : L'\0';
  }
  int pair = cell->pair;
  cchar_t wide;
  if (setcchar(&wide, text, attributes_of(cell->attributes), 0, &pair) == OK) {
    add_wchnstr(&wide, 1);
    if (!fits && cell->width == 2) {
      int row, column;
      getyx(stdscr, row, column);
      mvadd_wchnstr(row, column + 1, &wide, 1);
    }
  }
}

void ct_put(int row, int column, const ct_cell *cells, int count) {
  // add_wchnstr, unlike addstr, neither wraps nor scrolls: the lower right cell is like any other.
  for (int i = 0; i < count; i++) {
    if (move(row, column) == ERR) {
      return;
    }
    put_cell(&cells[i]);
    column += cells[i].width;
  }
}

void ct_set_cursor(int row, int column) {
  cursor_row = row;
  cursor_column = column;
}

size_t ct_flush(void) {
  bool shown = cursor_row >= 0 && cursor_row < LINES && cursor_column >= 0 && cursor_column < COLS;
  if (shown) {
    move(cursor_row, cursor_column);
  }
  if (shown != cursor_shown) {
    curs_set(shown);
    cursor_shown = shown;
  }
  wnoutrefresh(stdscr);
  doupdate();
  return send_frame();
}

void ct_bell(void) {
  beep();
  send_frame();
}

void ct_send(const uint8_t *bytes, size_t count) { write_all((const char *)bytes, count); }

void ct_save_title(void) {
  if (title_saved || is_left) {
    return;
  }
  title_saved = true;
  arm_rescue();
  write_all(TITLE_SAVE, sizeof TITLE_SAVE - 1);
}

void ct_synchronize(void) {
  synchronizes = true;
  arm_rescue();
}

void ct_read_mouse(bool reads) {
  if (reads == reads_mouse) {
    return;
  }
  reads_mouse = reads;
  if (!screen || is_left) {
    return;  // taking the terminal again sends it
  }
  arm_rescue();
  if (reads) {
    write_all(MOUSE_ON, sizeof MOUSE_ON - 1);
  } else {
    write_all(MOUSE_OFF, sizeof MOUSE_OFF - 1);
  }
}

int ct_width(uint32_t scalar) {
  static bool is_ready;
  if (!is_ready) {
    use_utf8_locale();
    is_ready = true;
  }
  return wcwidth((wchar_t)scalar);
}
