#pragma once
#include <stdlib.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

// Has glibc keep `kept` bytes of what a thread frees, take `step` more than it needs when it needs more, and give blocks
// of `large` bytes pages of their own. Does nothing elsewhere: other allocators keep what is freed, or have no such knob.
static inline void chatai_malloc_configure(int kept, int step, int large) {
#ifdef __GLIBC__
  mallopt(M_TRIM_THRESHOLD, kept);
  mallopt(M_TOP_PAD, step);
  mallopt(M_MMAP_THRESHOLD, large);
#endif
}
