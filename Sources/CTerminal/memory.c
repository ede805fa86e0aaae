// The memory of a console that stays open for days.

#define _GNU_SOURCE 1

#include <link.h>
#include <malloc.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "CTerminal.h"

void ct_memory_begin(void) {
  // One arena: two threads that seldom allocate at once do not need one each, which never give back what they had.
  mallopt(M_ARENA_MAX, 1);
  // What is larger comes from the kernel and goes back to it: histories, and buffers that grow by doubling.
  mallopt(M_MMAP_THRESHOLD, 128 * 1024);
  mallopt(M_TRIM_THRESHOLD, 256 * 1024);
}

// Starting up runs through code that is never run again, and looks through tables of every type there is; the kernel
// maps some 60 KB around each of these places. They are pages of the program's file: what is wanted again comes back
// from the page cache when it is touched, what is not stays out of our memory.
static int leave_file_pages(struct dl_phdr_info *info, size_t size, void *context) {
  (void)size;
  (void)context;
  const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *part = &info->dlpi_phdr[i];
    if (part->p_type != PT_LOAD || (part->p_flags & PF_W) != 0) {
      continue;  // what can be written holds our own values
    }
    uintptr_t start = ((uintptr_t)info->dlpi_addr + part->p_vaddr) & ~(page - 1);
    uintptr_t end = (uintptr_t)info->dlpi_addr + part->p_vaddr + part->p_memsz;
    madvise((void *)start, end - start, MADV_DONTNEED);
  }
  return 0;
}

void ct_memory_trim(void) {
  malloc_trim(0);
  dl_iterate_phdr(leave_file_pages, NULL);
}
