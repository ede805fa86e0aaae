#pragma once
#include <sqlite3.h>

// sqlite3_config is variadic, which Swift cannot call.

// Turns the library's count of its allocations off: it has one lock for all threads and connections. To be called
// before anything else of SQLite is, or it is refused with SQLITE_MISUSE.
static inline int chatai_sqlite_disable_memory_statistics(void) {
  return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}
